"""Canned texts (常用语): words that agents put into tickets, remarks and messages by a key.

Kept per organization; an organization also uses those of everything above it, its own first.
A macro is a canned text that sets kind, subject and urgency of the ticket too. Residents are
texted only words that somebody vetted here, never what an agent types.
Start in `models.py`, then `service.py`; `texting.py` sends one to the resident of a ticket.
"""
