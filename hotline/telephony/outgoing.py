"""The one client for requests that leave this machine: to configured hosts, and to nobody else.

Whatever address a webhook, a redirect or a row may name, no request follows it: only origins that
the operator configured are reached (wherever they resolve to), nothing is redirected, and the
proxy variables of the environment are not read.
"""

from collections.abc import Iterable

import httpx2

from hotline.trusted import trusted


class OutgoingRefused(httpx2.UnsupportedProtocol):
    """Not an origin that is configured."""


class _Guarded(httpx2.AsyncBaseTransport):
    """Looks at every request, redirected ones too, before a name is looked up."""

    def __init__(self, origins: frozenset[str], within: httpx2.AsyncBaseTransport) -> None:
        self._origins = origins
        self._within = within

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if origin_of(request.url) not in self._origins:
            raise OutgoingRefused("not a configured host", request=request)
        return await self._within.handle_async_request(request)

    async def aclose(self) -> None:
        await self._within.aclose()


def outgoing_client(
    addresses: Iterable[str], within: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """A client that reaches the origins of `addresses` only. Raises ValueError for no address."""
    origins = frozenset(origin_of(httpx2.URL(address)) for address in addresses)
    guarded = _Guarded(origins, within or direct())
    return httpx2.AsyncClient(transport=guarded, follow_redirects=False, trust_env=False)


def direct() -> httpx2.AsyncHTTPTransport:
    """Connections without a proxy in between, whatever the environment says."""
    return httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False)


def origin_of(url: httpx2.URL) -> str:
    """Scheme, host and port; a user's name in front of the host is refused with it."""
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise OutgoingRefused(f"not an address of the web: {url.scheme}")
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    return f"{url.scheme}://{url.host}:{port}"
