"""The interpreter of TwiML: one program per leg, one function per verb.

A verb returns the source of the next document, or nothing to go on with the next verb; it raises
`CallEnded` to end the call. A verb that is cancelled cleans up and tells why from `leg.pending`.
Start in `program.py`; `verbs.py` is the table of verbs; `scripts.py` says how a leg begins.
"""
