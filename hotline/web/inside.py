"""Pages about the inside: for this very machine, and for the listed proxies themselves."""

from ipaddress import ip_address

from fastapi import Request

from hotline.accounts.loopback import is_loopback
from hotline.errors import NotFound
from hotline.web.visitor import networks_of

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def require_inside(request: Request) -> None:
    """Whoever a proxy passes on comes from elsewhere: there is no such page. Raises NotFound."""
    if not is_loopback(request) and not _is_a_proxy_itself(request):
        raise NotFound


def _is_a_proxy_itself(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _PASSED_ON):
        return False
    listed = networks_of(request.state.settings.trusted_proxies)
    try:
        return any(ip_address(request.client.host) in network for network in listed)
    except ValueError:
        return False
