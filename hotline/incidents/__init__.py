"""Incidents: many similar calls from one area, one cause, one announcement, one close for all.

Every telling of a trouble is kept as a report, by a job after the transaction that heard it;
enough callers with like reports from one area propose one incident. Only a supervisor makes it
speak. While it is active the conversation announces it to callers of that area with that need
instead of opening another ticket; whoever follows it is told the end by one job each.
Pure: `detect.py`, `rules.py`. Start in `reports.py`, then `service.py`; the talk is in
`conversation/incidents.py`.
"""
