"""Durable jobs: what must happen later, or outside the transaction that decides it.

A job is enqueued in the transaction that decides it, runs at least once, and is counted before it
runs, so that one that kills its worker is parked too. Finishing is fenced by the attempt: a worker
that was frozen cannot finish what another has taken over. Start in `service.py`, then `worker.py`.
See docs/decisions/jobs.md.
"""
