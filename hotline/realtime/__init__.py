"""The event log on its way to the consoles: one hub a node, one bounded queue a socket.

Every socket sees each event that its principal may see, once, in order. A cursor is a number of
the log; `previous` in each frame lets a console notice a gap and fetch anew instead of guessing.
A reader that does not read is cut off and hurts nobody else. Start in `hub.py`.
"""
