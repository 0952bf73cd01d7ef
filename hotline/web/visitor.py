"""Whose request it is: the peer, or who a listed proxy says stands behind it. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from hotline.web.asgi import Scope

Network = IPv4Network | IPv6Network
_FORWARDED_FOR = b"x-forwarded-for"
_FORWARDED_PROTO = b"x-forwarded-proto"


def networks_of(listed: str) -> tuple[Network, ...]:
    """`10.0.0.5, 192.168.4.0/24` as networks. Raises ValueError."""
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())


def visitor_of(
    peer: str, headers: Sequence[tuple[bytes, bytes]], proxies: Sequence[Network]
) -> str:
    """The last address that no listed proxy has; a header of anybody else is not believed."""
    if not _is_listed(peer, proxies):
        return peer
    named = b",".join(value for name, value in headers if name.lower() == _FORWARDED_FOR)
    hops = [hop.strip() for hop in named.decode("latin-1").split(",") if hop.strip()]
    for hop in reversed(hops):
        if _address(hop) is None:
            return peer
        if not _is_listed(hop, proxies):
            return hop
    return hops[0] if hops else peer


def came_in_clear(scope: Scope, proxies: Sequence[Network]) -> bool:
    """Whether a request to an https address came without TLS, as far as we can tell.

    A listed proxy ends TLS for us and may say that it was not there; from this very machine come
    probes and a proxy beside us. Whoever else speaks to us directly speaks in clear.
    """
    if scope.get("scheme") in ("https", "wss"):
        return False
    told = dict(scope["headers"]).get(_FORWARDED_PROTO, b"").decode("latin-1").lower()
    if told:
        return told.rpartition(",")[2].strip() in ("http", "ws")
    peer = scope["client"][0] if scope.get("client") else ""
    address = _address(peer)
    return address is not None and not address.is_loopback and not _is_listed(peer, proxies)


def _is_listed(host: str, proxies: Sequence[Network]) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in proxies)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
