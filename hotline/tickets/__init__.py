"""Tickets: from "somebody called" to "the resident says it is done", across two tiers.

Invariants: status moves only along the table of `moves.py`; every move writes an immutable history
row and an event in the same transaction; custody (who must act) is apart from district (where it
is); whoever handled a ticket neither closes nor rates it; free text is stored masked, its original
and every number sealed. Pure: `moves.py`, `guards.py`, `due.py`. Changes start at
`open_ticket.py` and `move_ticket.py`, reads at `queries.visible_to`.
"""
