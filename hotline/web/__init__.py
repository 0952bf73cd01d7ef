"""What every request passes through, whichever domain it is for.

`envelope.py` gives each request an id, its true sender (`visitor.py`), its share of the quota
(`quota.py`), its longest body (`body_limit.py`) and the security headers; `problems.py`
turns errors into `application/problem+json`; `health.py` and `console.py` are the two edges that
belong to no domain. Only `main.py` imports from here.
"""
