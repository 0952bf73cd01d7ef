"""What a browser says of where a request comes from decides, and only the whole of it."""

import pytest

from hotline.accounts.origins import is_own, may_connect

TYPED = "http://127.0.0.1:8114"
PUBLIC = "https://114.example.cn"


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_our_own_pages_and_typed_addresses_are_ours(site: str | None) -> None:
    headers = {"host": "127.0.0.1:8114"} | ({"sec-fetch-site": site} if site else {})
    assert is_own(headers, TYPED)
    assert is_own(headers | {"origin": TYPED}, TYPED)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "SAME-ORIGIN", ""])
def test_another_site_is_foreign_whatever_its_origin(site: str) -> None:
    assert not is_own({"sec-fetch-site": site, "origin": TYPED}, TYPED)


def test_on_loopback_the_name_that_was_typed_counts_and_over_https_only_the_configured_one() -> (
    None
):
    headers = {"host": "localhost:8114", "origin": "http://localhost:8114"}
    assert is_own(headers, TYPED)
    assert not is_own(headers, PUBLIC)
    assert not is_own({"origin": "http://localhost:8114"}, TYPED)
    assert is_own({"host": "evil.example", "origin": PUBLIC}, PUBLIC)
    assert not is_own({"host": "evil.example", "origin": "https://evil.example"}, PUBLIC)


def test_a_socket_needs_an_origin_of_ours() -> None:
    assert may_connect({"origin": PUBLIC}, PUBLIC)
    assert not may_connect({}, PUBLIC)
    assert not may_connect({"origin": "null"}, PUBLIC)
