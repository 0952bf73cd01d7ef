"""What a console hears: where it stands, what it missed, what happens, and why it ends."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hotline.accounts.auth import COOKIE
from hotline.accounts.roles import Role
from hotline.realtime.hub import Cut
from hotline.realtime.socket import MOST_OF_ACCOUNT, MOST_RECOVERED
from tests.realtime.conftest import TOLD, Node, heard


def resuming(node: Node, after: object, epoch: object = None) -> dict[str, Any]:
    return {"type": "resume", "after": after, "epoch": epoch or str(node.hub.epoch)}


async def closed(console: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        async with asyncio.timeout(5):
            while True:
                await console.recv()
    return console.close_code


async def test_a_console_hears_where_it_stands_and_then_every_event_of_its_own(
    node: Node,
) -> None:
    await node.write("ticket.opened")
    await node.follow()
    async with node.console(await node.token("agent", Role.AGENT)) as console:
        assert await heard(console) == {
            "type": "ready", "position": 1, "epoch": str(node.hub.epoch), "recovered": False,
        }  # fmt: skip
        await node.write("ticket.opened", scope="settlement:read")
        await node.write("ticket.moved", "ticket.updated")
        first, second = await heard(console), await heard(console)
    assert (first["seq"], first["previous"], first["name"]) == (3, 1, "ticket.moved")
    assert (second["seq"], second["previous"], second["name"]) == (4, 3, "ticket.updated")
    assert first["type"] == "event"
    assert first["subject"] == {"type": "ticket", "id": "T1"}
    assert first["payload"] == TOLD
    assert abs(datetime.now(UTC) - datetime.fromisoformat(first["at"])).total_seconds() < 60


async def test_whoever_comes_again_hears_what_it_missed_and_where_the_log_stands(
    node: Node,
) -> None:
    token = await node.token("agent", Role.AGENT, at="north")
    await node.write("ticket.opened", at="north")
    await node.write("ticket.opened", at="south")
    await node.write("ticket.moved", at="north")
    await node.write("ticket.updated", at="south")
    await node.follow()
    async with node.console(token, resuming(node, 0)) as console:
        ready = await heard(console)
        missed = [await heard(console), await heard(console)]
        assert (ready["recovered"], ready["position"]) == (True, 0)
        assert [(one["previous"], one["seq"]) for one in missed] == [(0, 1), (1, 3)]
        assert missed[1]["name"] == "ticket.moved"
        assert missed[1]["subject"] == {"type": "ticket", "id": "T1"}
        assert missed[1]["payload"] == TOLD
        assert missed[1]["at"].endswith("Z")
        assert await heard(console) == {"type": "position", "seq": 4}


async def test_whoever_missed_nothing_is_told_so(node: Node) -> None:
    await node.write("ticket.opened")
    await node.follow()
    token = await node.token("agent", Role.AGENT)
    async with node.console(token, resuming(node, 1)) as console:
        ready = await heard(console)
        assert (ready["recovered"], ready["position"]) == (True, 1)
        assert await heard(console) == {"type": "position", "seq": 1}


@pytest.mark.parametrize(
    ("after", "epoch"), [(0, str(uuid4())), ("0", None), (-1, None), (None, None), (9, None)]
)
async def test_a_cursor_that_is_none_of_this_log_begins_anew(
    node: Node, after: object, epoch: object
) -> None:
    await node.write("ticket.opened")
    await node.follow()
    token = await node.token("agent", Role.AGENT)
    async with node.console(token, resuming(node, after, epoch)) as console:
        ready = await heard(console)
        assert (ready["recovered"], ready["position"]) == (False, 1)
        assert await heard(console) == {"type": "position", "seq": 1}


async def test_whoever_missed_too_much_fetches_anew(node: Node) -> None:
    await node.write(*["ticket.opened"] * (MOST_RECOVERED + 1))
    await node.write()
    await node.follow()
    token = await node.token("agent", Role.AGENT)
    async with node.console(token, resuming(node, 0)) as console:
        ready = await heard(console)
        assert (ready["recovered"], ready["position"]) == (False, MOST_RECOVERED + 1)
    async with node.console(token, resuming(node, 1)) as console:
        assert (await heard(console))["recovered"]
        assert (await heard(console))["seq"] == 2


@pytest.mark.parametrize("first", ['{"type":"stop"}', '{"after":1}', "[]", "{broken", '"start"'])
async def test_a_socket_that_begins_with_anything_else_is_closed(node: Node, first: str) -> None:
    token = await node.token("agent", Role.AGENT)
    async with node.console(token, first) as console:
        assert await closed(console) == 1003
    assert node.hub.reader_count == 0


async def test_a_heartbeat_moves_a_cursor_and_says_nothing_twice(node: Node) -> None:
    token = await node.token("agent", Role.AGENT, at="north")
    async with node.console(token) as console:
        await heard(console)
        node.hub.tell_positions()
        await node.write("ticket.opened", at="south")
        await node.follow()
        node.hub.tell_positions()
        node.hub.tell_positions()
        await node.write("ticket.opened", at="north")
        assert await heard(console) == {"type": "position", "seq": 1}
        event = await heard(console)
        assert (event["seq"], event["previous"]) == (2, 1)


@pytest.mark.parametrize(
    ("cut", "reason"),
    [(Cut.RESTART, "restart"), (Cut.SLOW, "slow"), (Cut.SIGNED_OUT, "signed_out")],
)
async def test_whoever_is_cut_off_is_told_why(node: Node, cut: Cut, reason: str) -> None:
    async with node.console(await node.token("agent", Role.AGENT)) as console:
        await heard(console)
        (reader,) = node.hub._readers
        reader.cut_off(cut)
        assert await heard(console) == {"type": "bye", "reason": reason}
        assert await closed(console) == cut
    assert node.hub.reader_count == 0


@pytest.mark.parametrize("said", ["[1]", "nonsense"])
async def test_garbage_ends_the_socket_and_a_word_now_and_then_does_not(
    node: Node, said: str
) -> None:
    async with node.console(await node.token("agent", Role.AGENT)) as console:
        await heard(console)
        for _ in range(5):
            await console.send("{}")
        node.hub.position += 1
        node.hub.tell_positions()
        assert (await heard(console))["type"] == "position"
        await console.send(said)
        assert await closed(console) == 1008


async def test_a_flood_ends_the_socket(node: Node) -> None:
    async with node.console(await node.token("agent", Role.AGENT)) as console:
        await heard(console)
        with suppress(ConnectionClosed):
            for _ in range(500):
                await console.send("{}")
        assert await closed(console) == 1008


async def test_nobody_and_who_may_not_watch_get_no_socket(node: Node) -> None:
    auditor = await node.token("auditor", Role.AUDIT_ADMIN)
    for token in ("made-up", auditor):
        with pytest.raises(InvalidStatus) as refused:
            async with node.console(token):
                pass
        assert refused.value.response.status_code == 403


async def test_a_foreign_page_gets_no_socket(node: Node) -> None:
    token = await node.token("agent", Role.AGENT)
    for origin in ("https://evil.example", "null", f"https://127.0.0.1:{node.port}"):
        with pytest.raises(InvalidStatus) as refused:
            async with node.console(token, origin=origin):
                pass
        assert refused.value.response.status_code == 403
    assert node.hub.reader_count == 0


async def test_an_account_has_only_so_many_sockets_and_others_have_their_own(node: Node) -> None:
    token = await node.token("agent", Role.AGENT)
    other = await node.token("another", Role.AGENT)
    consoles = [node.console(token) for _ in range(MOST_OF_ACCOUNT)]
    opened = [await one.__aenter__() for one in consoles]
    for console in opened:
        assert json.loads(await console.recv())["type"] == "ready"
    with pytest.raises(InvalidStatus):
        async with node.console(token):
            pass
    async with node.console(other) as console:
        assert (await heard(console))["type"] == "ready"
    for one in consoles:
        await one.__aexit__(None, None, None)


async def test_an_account_that_opens_many_at_once_still_has_ten(node: Node) -> None:
    token = await node.token("agent", Role.AGENT)
    headers = {"Cookie": f"{COOKIE}={token}", "Origin": node.url}
    address = f"{node.url.replace('http', 'ws')}/api/v1/socket"
    opened = [await connect(address, additional_headers=headers) for _ in range(MOST_OF_ACCOUNT)]
    late = await connect(address, additional_headers=headers)
    for console in opened:
        await console.send('{"type":"start"}')
        assert (await heard(console))["type"] == "ready"
    await late.send('{"type":"start"}')
    assert await closed(late) == 1008
    for console in opened:
        await console.close()


@pytest.mark.parametrize("first", [b'{"type":"start"}', b"\xff"])
async def test_whoever_begins_with_bytes_is_told_no_and_breaks_nothing(
    node: Node, capfd: pytest.CaptureFixture[str], first: bytes
) -> None:
    token = await node.token("agent", Role.AGENT)
    headers = {"Cookie": f"{COOKIE}={token}", "Origin": node.url}
    address = f"{node.url.replace('http', 'ws')}/api/v1/socket"
    async with connect(address, additional_headers=headers) as console:
        await console.send(first)
        assert await closed(console) == 1003
    assert "Traceback" not in capfd.readouterr().err


async def test_a_cursor_that_is_no_number_begins_anew(node: Node) -> None:
    await node.write("ticket.opened", "ticket.moved")
    await node.follow()
    token = await node.token("agent", Role.AGENT)
    async with node.console(token, resuming(node, after=True)) as console:
        assert (await heard(console))["recovered"] is False
