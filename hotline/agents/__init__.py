"""Seats: who may take calls now, in which languages, on which telephone.

A seat is the working place of an account. Its state is kept by the server alone: a closed
browser ends neither a talk nor the wrap-up after it. `leg_id` is the reservation - it is taken
by one UPDATE that only one can win, and `fence` numbers it, so that a late release by somebody
else's leg changes nothing. Start in `presence.py` (pure), then `service.py`.
"""
