"""The event log: what may be watched, written in the transaction that made it happen.

Commits do not land in id order, so one sequencer numbers committed events gap-free, and every
cursor is that number. Only a `service.py` records events; a payload is the schema that the API
serves. A wake-up carries no content and losing it costs latency, never an event.
Start in `service.py` (record), then `sequencer.py` (number) and `queries.py` (read).
"""
