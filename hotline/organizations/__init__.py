"""The tree city → district → unit, and what belongs to its nodes: numbers, hours, wording.

The root is the city (the tenant) and every node knows it. Every other organization hangs under
the city or a district, without cycles: what a principal may see is decided by this tree.
`belongs_to_id` is the line of command as the city lists it and decides nothing.
Start in `models.py`, then `queries.py` (`subtree_ids`).
"""
