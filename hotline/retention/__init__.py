"""How long records are kept, what is erased when that is over, and what must stay although it is.

Periods are rows for each kind and city, never below the kind's floor; a hold keeps a matter or
everything of a number until it is lifted, both with a reason by the security administrator. Once a
day what is over is erased or loses its person; the audit says how much, never whose.
Start in `kinds.py` (what is erased how), then `service.py`.
"""
