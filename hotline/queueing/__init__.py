"""The waiting line and everything between asking for a person and the end of the talk.

Who waits, for whom and since when is here; the host's queue is only where the caller hears music.
Locks are always taken in one order: call, entry, seat. One agent wins a call by the row lock.
What the host must do is a job made in the transaction that decides it; what it tells us only
ever moves things forward. Start in `enter_line.py`, then `distribute.py` and `connect.py`.
"""
