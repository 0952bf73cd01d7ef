"""The matcher beside what a city would otherwise use; run by `scripts/bench_matching`.

Every rival gets the same phrases of the same services and the same normalization, and ranks
services as the matcher does. Start at `figures.py` for what is counted, `rivals.py` for whom.
"""
