"""Public standards over the same records: Open311 GeoReport v2 at `/open311/v2`, HSDS 3 at `/hsds`.

Invariants: nothing personal leaves (words are hidden whole where the desk sees them masked, places
are rounded, confidential tickets and informants' reports do not exist here); whoever writes has a
key; a ticket that comes in is opened by `tickets`, like any other. Start in `georeport/routes.py`
and `hsds/routes.py`; `pages.py` mounts both, `api.py` looks after the keys.
"""
