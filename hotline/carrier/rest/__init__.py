"""Twilio's REST API of 2010-04-01, as far as the carrier has the resource.

Form fields in, JSON out (`representations.py` makes XML and CSV of it), Basic auth by account SID
and token, the documented error codes. `route.py` holds what every resource shares; `shapes.py` the
JSON of each. Start in `calls.py`.
"""

from hotline.carrier.rest.router import create_rest_router

__all__ = ["create_rest_router"]
