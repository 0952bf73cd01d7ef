"""What the hotline achieved: indicators, roll-ups, forecasts, staffing, reports, the wallboard.

Invariants: every indicator has one definition (`kpis.toml`) that API, screens, exports and docs
share; the roll-ups equal a recount of the facts at any time, since each change of a row takes back
what the row counted before and adds what it counts now; nobody counts what they may not see.
Start at `measures.py` (what is counted), `roll_up.py` (how), `kpis.py` and `compute.py` (ratios).
"""
