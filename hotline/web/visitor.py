"""Whose request it is: the peer, or who a listed proxy says stands behind it. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_FORWARDED_FOR = b"x-forwarded-for"


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


def _is_listed(host: str, proxies: Sequence[Network]) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in proxies)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
