"""Outgoing webhooks: other systems are told of events, signed, at least once, in no fixed order.

A subscription belongs to an organization and is told only of events that the organization may
see; what is told are ids, numbers and states, never words or numbers of people. A follower turns
numbered events into deliveries (exactly once each), a job sends them and tries again for three
days; every attempt is logged. Start in `event_types.py` (what), `following.py`, then `sending.py`.
"""
