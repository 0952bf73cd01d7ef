"""The same client for addresses that an organization enters: the public web, never our network.

The name is looked up once, every address that it has must be public, and the connection goes to
the address that was looked at, so that a second answer of the name server changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx2

from hotline.telephony.outgoing import OutgoingRefused, direct, origin_of

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address in other clothes


@dataclass(frozen=True, slots=True)
class Reach:
    """Networks of our own that may be reached beside the public web, and whether in clear."""

    own: tuple[Network, ...] = ()
    may_be_clear: bool = True

    def may_speak_clear(self, address: Address) -> bool:
        """To the public web never; in a production to this very machine only."""
        plain = _unwrapped(address)
        is_ours = any(plain in network for network in self.own)
        return is_ours and (self.may_be_clear or plain.is_loopback)


def networks(listed: str) -> tuple[Network, ...]:
    """Networks of a setting, separated by commas. Raises ValueError."""
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())


def may_be_reached(address: Address, own: Sequence[Network]) -> bool:
    """Public, or in a network of our own that the operator has opened."""
    plain = _unwrapped(address)
    if any(plain in network for network in own):
        return True
    is_wrapped = isinstance(plain, IPv6Address) and (
        plain in _TRANSLATED or plain.sixtofour is not None or plain.teredo is not None
        or plain.is_site_local  # the private addresses of old, which nothing calls private
    )  # fmt: skip
    is_odd = plain.is_multicast or plain.is_reserved or plain.is_unspecified
    return plain.is_global and not is_odd and not is_wrapped


def public_client(
    reach: Reach | None = None,
    *,
    resolve: Resolve | None = None,
    within: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """https to public hosts, to networks of our own as `reach` has it; nothing is redirected."""
    inner = within or direct()
    guarded = _Public(reach or Reach(), resolve or _look_up, inner)
    return httpx2.AsyncClient(transport=guarded, follow_redirects=False, trust_env=False)


class _Public(httpx2.AsyncBaseTransport):
    def __init__(self, reach: Reach, resolve: Resolve, within: httpx2.AsyncBaseTransport) -> None:
        self._reach = reach
        self._resolve = resolve
        self._within = within

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        origin_of(request.url)
        host = request.url.host
        address = await self._checked(request, host)
        if request.url.scheme != "https" and not self._reach.may_speak_clear(address):
            raise OutgoingRefused("not https", request=request)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=str(address))
        return await self._within.handle_async_request(request)

    async def _checked(self, request: httpx2.Request, host: str) -> Address:
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            found = [ip_address(one) for one in await self._resolve(host, port)]
        except (OSError, ValueError, UnicodeError) as error:
            raise httpx2.ConnectError("no such host", request=request) from error
        if not found or not all(may_be_reached(one, self._reach.own) for one in found):
            raise OutgoingRefused("not a public address", request=request)
        return found[0]

    async def aclose(self) -> None:
        await self._within.aclose()


async def _look_up(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]).partition("%")[0] for row in rows]


def _unwrapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
