"""回访 by robot: a call after the work that asks the resident what became of the matter.

A sweep plans one call per ticket that waits for its follow-up: three tries on two days, by day,
never to who asked for secrecy or declined such calls. What is asked next is pure (`questions.py`),
when is too (`tries.py`). The answers go to `tickets.rate_ticket`; whoever presses 0 gets a person.
Start in `service.py`.
"""
