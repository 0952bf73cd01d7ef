"""Whether a request comes from our own pages. Pure.

As Go's CrossOriginProtection decides: browsers always send `Sec-Fetch-Site` or `Origin` with a
request that changes something; what sends neither is no browser and carries nobody's cookie
by accident.
"""

from collections.abc import Mapping

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})


def is_own(headers: Mapping[str, str], address: str) -> bool:
    """`headers` by lower-case names; `address` is where this installation is reached."""
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None and site not in _OWN_SITES:
        return False
    return origin is None or origin in _own_origins(headers.get("host"), address)


def may_connect(headers: Mapping[str, str], address: str) -> bool:
    """The same for a websocket, which browsers always open with an `Origin`."""
    return "origin" in headers and is_own(headers, address)


def _own_origins(host: str | None, address: str) -> frozenset[str]:
    """Over https only the configured address; on loopback also whatever name was typed."""
    if address.startswith("https://") or not host:
        return frozenset({address})
    return frozenset({address, f"http://{host}"})
