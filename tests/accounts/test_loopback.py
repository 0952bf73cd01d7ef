"""This very machine is who comes from its own address, and not through a proxy on it."""

import pytest
from starlette.requests import HTTPConnection

from hotline.accounts.loopback import is_loopback


def connection(host: str | None, **headers: str) -> HTTPConnection:
    named = [(name.replace("_", "-").encode(), one.encode()) for name, one in headers.items()]
    client = (host, 4711) if host is not None else None
    return HTTPConnection({"type": "http", "headers": named, "client": client})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
def test_an_address_of_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(connection(host, user_agent="curl"))


@pytest.mark.parametrize("host", ["10.0.0.1", "203.0.113.9", "2001:db8::1", "testclient", "", None])
def test_any_other_address_and_none_is_not(host: str | None) -> None:
    assert not is_loopback(connection(host))


@pytest.mark.parametrize(
    "header", ["forwarded", "x_forwarded_for", "x_forwarded_host", "x_real_ip", "via"]
)
def test_what_a_proxy_of_this_machine_passes_on_comes_from_elsewhere(header: str) -> None:
    assert not is_loopback(connection("127.0.0.1", **{header: "127.0.0.1"}))
