"""Where deliveries may go: to the public web, and nowhere into our own network."""

from collections.abc import Sequence
from ipaddress import ip_address

import httpx2
import pytest

from hotline.errors import InvalidInput
from hotline.subscriptions.service import check_address
from hotline.telephony.outgoing import OutgoingRefused
from hotline.telephony.public_hosts import Reach, may_be_reached, networks, public_client

INWARD = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", INWARD)
def test_no_inward_address_may_be_reached(address: str) -> None:
    assert not may_be_reached(ip_address(address), ())


def test_public_addresses_and_opened_networks_may_be_reached() -> None:
    assert may_be_reached(ip_address("93.184.216.34"), ())
    assert may_be_reached(ip_address("2606:2800:220:1::1"), ())
    own = networks("10.20.0.0/16, fd00::/8")
    assert may_be_reached(ip_address("10.20.1.1"), own)
    assert may_be_reached(ip_address("::ffff:10.20.1.1"), own)
    assert not may_be_reached(ip_address("10.21.1.1"), own)


async def ask(
    url: str, addresses: Sequence[str], own: str = "", *, is_production: bool = False
) -> list[httpx2.Request]:
    """What reaches the wire when the name server says so."""
    sent: list[httpx2.Request] = []

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(302, headers={"location": "https://127.0.0.1/"})

    wire = httpx2.MockTransport(answer)
    reach = Reach(networks(own), may_be_clear=not is_production)
    async with public_client(reach, resolve=resolve, within=wire) as client:
        await client.post(url, content=b"{}")
    return sent


async def test_the_connection_goes_to_the_address_that_was_checked_and_no_further() -> None:
    (sent,) = await ask("https://hooks.example/in", ["93.184.216.34"])
    assert str(sent.url) == "https://93.184.216.34/in"
    assert sent.headers["host"] == "hooks.example"
    assert sent.extensions["sni_hostname"] == "hooks.example"


async def test_one_inward_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(OutgoingRefused):
        await ask("https://hooks.example/in", ["93.184.216.34", "10.0.0.1"])


async def test_plain_http_reaches_opened_networks_only() -> None:
    with pytest.raises(OutgoingRefused):
        await ask("http://hooks.example/in", ["93.184.216.34"])
    (sent,) = await ask("http://hooks.intra/in", ["10.0.0.1"], own="10.0.0.0/8")
    assert sent.url.host == "10.0.0.1"


async def test_a_name_that_nobody_knows_is_a_failed_connection() -> None:
    with pytest.raises(OutgoingRefused):
        await ask("https://hooks.example/in", [])
    with pytest.raises(httpx2.ConnectError):
        await ask("https://hooks.example/in", ["no address"])


OWN = "10.20.0.0/16,127.0.0.0/8"


@pytest.mark.parametrize(
    ("url", "address", "is_sent"),
    [("http://hooks.city/in", "10.20.0.1", False), ("https://hooks.city/in", "10.20.0.1", True),
     ("http://hooks.city/in", "127.0.0.1", True),
     ("http://hooks.city/in", "::ffff:127.0.0.1", True)],
)  # fmt: skip
async def test_a_production_reaches_its_own_networks_by_tls(
    url: str, address: str, is_sent: bool
) -> None:
    assert len(await ask(url, [address], OWN)) == 1
    if is_sent:
        assert len(await ask(url, [address], OWN, is_production=True)) == 1
    else:
        with pytest.raises(OutgoingRefused):
            await ask(url, [address], OWN, is_production=True)


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [("http://hooks.city/in", False), ("http://10.20.0.1/in", False),
     ("https://10.20.0.1/in", True), ("http://127.0.0.1:9000/in", True)],
)  # fmt: skip
def test_a_production_takes_no_address_that_it_would_not_ask(url: str, is_taken: bool) -> None:
    check_address(url, Reach(networks(OWN)))
    reach = Reach(networks(OWN), may_be_clear=False)
    if is_taken:
        check_address(url, reach)
    else:
        with pytest.raises(InvalidInput):
            check_address(url, reach)
