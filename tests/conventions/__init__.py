"""The rules of the house, held by tests: what a reviewer should not have to say twice.

They read the sources, not the running service, but for settings, scopes and migrations.
No test here has a list of exceptions, but for files that a program wrote.
"""
