"""Text messages: what residents and vendors write to us, and what we write to them.

A message that comes in is stored once, by the network's own id, before it is acknowledged. One
that goes out is a row and a job in the transaction that decides it: by template, at no hour of the
night unless urgent, to mobile numbers of the country only, within limits per number and hour.
One that may have gone is looked for before it goes again. Numbers and words are sealed, only masked
text is shown. Start in `webhooks.py` and `sending.py`; `looking.py` ends doubts.
"""
