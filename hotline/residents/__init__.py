"""What we remember of a number: the language to be served in, and whether a machine may call it.

A number is known by its keyed blind index only, one row per city and number. Nothing is written
that the resident did not ask for. Start in `service.py`.
"""
