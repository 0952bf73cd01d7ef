"""Departments keep their own entries: draft, review by another person, publish, verify, expire.

Nobody publishes alone: whoever wrote a draft or brought a file never approves it. An editor
touches what its own subtree is responsible for, and nothing else. Each change leaves a version.
A file is checked whole before anything changes, and shows what it would change by row and cell.
Pure: `moves.py`, `differences.py`, `speech.py`. Start in `models.py`, then `drafts.py`.
"""
