"""Open311 GeoReport v2, as its specification has it: XML and JSON by suffix and by `Accept`.

Services are the third-level classes of requests (诉求分类), requests are the tickets that everybody
may see, ids are ticket numbers. `routes.py` is what the edge mounts; `documents.py` writes both
formats from one plain value; `shapes.py`, `services.py`, `arguments.py` are pure.
"""
