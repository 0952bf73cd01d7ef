"""Whether a request comes from this very machine. Pure."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def is_loopback(connection: HTTPConnection) -> bool:
    """By the address of the peer; what a proxy of this machine passes on comes from elsewhere."""
    if any(name in connection.headers for name in _FORWARDED):
        return False
    host = connection.client.host if connection.client else ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
