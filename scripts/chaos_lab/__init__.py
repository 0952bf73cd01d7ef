"""A small city on one machine that is broken on purpose: `scripts/chaos` runs it.

`town.py` starts PostgreSQL with a synchronous standby, nodes, workers, a balancer and the carrier;
`residents.py` and `consoles.py` are the load; each `faults_*.py` breaks something and measures;
`ledger.py` asks the database what was lost or doubled. Start in `run.py`.
"""
