"""The console's socket: who may open it, and how much it takes."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hotline import serving
from hotline.realtime.socket import MOST_OF_ACCOUNT
from hotline.settings import Settings
from tests.promises.conftest import Whole


def _address(whole: Whole) -> str:
    return whole.city.url.replace("http", "ws") + "/api/v1/socket"


async def _cookie(whole: Whole, username: str) -> str:
    client = await whole.of(username)
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://localhost.evil.example",
     "http://127.0.0.1", "https://127.0.0.1", "file://", "http://evil.example:8114"],
)  # fmt: skip
async def test_c28_a_foreign_page_is_refused_before_the_socket_opens(
    whole: Whole, origin: str | None
) -> None:
    headers = {"Cookie": await _cookie(whole, "agent-2")}
    if origin is not None:
        headers["Origin"] = origin
    with pytest.raises(InvalidStatus) as refused:
        async with connect(_address(whole), additional_headers=headers):
            pass
    assert refused.value.response.status_code == 403


async def test_c28_a_token_in_the_address_opens_nothing(whole: Whole) -> None:
    token = (await _cookie(whole, "agent-2")).partition("=")[2]
    with pytest.raises(InvalidStatus):
        async with connect(
            f"{_address(whole)}?token={token}&hotline_session={token}",
            additional_headers={"Origin": whole.city.url},
        ):
            pass


async def test_c30_bad_json_and_floods_end_that_socket_only(whole: Whole) -> None:
    client = await whole.of("agent-3")
    async with whole.city.console(client) as good, whole.city.console(client) as bad:
        await asyncio.gather(good.recv(), bad.recv())
        await bad.send("{broken")
        assert await _close_code(bad) == 1008
        async with whole.city.console(client) as flood:
            await flood.recv()
            with contextlib.suppress(ConnectionClosed):
                await _flood(flood)
            assert await _close_code(flood) == 1008
        await good.send("{}")
        await asyncio.sleep(0.2)
        assert good.state.name == "OPEN"


async def test_c30_an_account_has_ten_sockets_at_most(whole: Whole) -> None:
    client = await whole.of("agent-4")
    async with AsyncSockets(whole, client, MOST_OF_ACCOUNT):
        with pytest.raises(InvalidStatus):
            async with whole.city.console(client):
                pass
    await asyncio.sleep(0.3)
    async with whole.city.console(client) as again:
        await asyncio.wait_for(again.recv(), 5)


def test_c30_the_server_takes_messages_of_64_kib_at_most(tmp_path: Path) -> None:
    config = serving.server_config(Settings(data_dir=tmp_path), object())
    assert config.ws_max_size == 64 * 1024


class AsyncSockets:
    """So many sockets of one account, open at once."""

    def __init__(self, whole: Whole, client: object, count: int) -> None:
        self._all = [whole.city.console(client) for _ in range(count)]  # type: ignore[arg-type]

    async def __aenter__(self) -> None:
        for one in self._all:
            console = await one.__aenter__()
            await asyncio.wait_for(console.recv(), 5)

    async def __aexit__(self, *error: object) -> None:
        for one in self._all:
            await one.__aexit__(None, None, None)


async def _close_code(console: object) -> int:
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(_read_on(console), 5)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def _flood(console: object) -> None:
    for number in range(60):
        await console.send(json.dumps({"type": "ping", "n": number}))  # type: ignore[attr-defined]


async def _read_on(console: object) -> None:
    while True:
        await console.recv()  # type: ignore[attr-defined]
