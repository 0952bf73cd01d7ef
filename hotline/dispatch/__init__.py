"""Vendors and work orders: who may be sent to a home, whose turn it is, and what came of it.

Invariants: the state of an order moves only along the table of `moves.py`, with an immutable
history row and an event; every offer keeps the full reason why this vendor was chosen; one vendor
wins an order by the row's lock; opening a link changes nothing; a resident's number is passed on
only with consent. Pure: `moves.py`, `choose_vendor.py`, `quotes.py`.
Start in `open_order.py`, then `cascade.py` and `move_order.py`; the vendor's file in `vetting.py`.
"""
