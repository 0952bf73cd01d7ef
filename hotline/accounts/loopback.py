"""Whether a request comes from this very machine. Pure."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection


def is_loopback(connection: HTTPConnection) -> bool:
    """By the address of the peer, never by a header that anyone may write."""
    host = connection.client.host if connection.client else ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
