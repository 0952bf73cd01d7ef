"""Does a request come from this machine, and from a page of our own?"""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request

from hotline.carrier.rest.route import exchange_of

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def is_on_this_machine(request: Request) -> bool:
    """Over loopback, under a name of this machine, and not passed on by a proxy on it.

    The name matters: a foreign name that is made to point at loopback is not this machine.
    """
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    named = request.url.hostname or ""
    own = urlsplit(exchange_of(request).settings.public_url).hostname
    return _is_loopback(request.client.host) and (
        named in ("localhost", own) or _is_loopback(named)
    )


def is_foreign(request: Request) -> bool:
    """A browser says which site its page is from; without a browser there is no origin."""
    origin = request.headers.get("origin")
    if origin is None:
        return False
    own = urlsplit(exchange_of(request).settings.public_url).netloc
    return urlsplit(origin).netloc not in (request.headers.get("host"), own)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
