"""Mutation testing of the critical areas, in memory: no file is touched."""
