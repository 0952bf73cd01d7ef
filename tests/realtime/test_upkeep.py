"""Sockets do not outlive their sessions, and an outage of the database ends none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from hotline.accounts.roles import Role
from hotline.db.embedded import EmbeddedPostgres
from hotline.principal import Principal
from hotline.realtime.hub import Cut, Hub, Reader
from hotline.realtime.upkeep import beat, sweep_sessions
from tests.conftest import administer
from tests.realtime.conftest import Node, end_session

OFTEN = 0.02


def reader_of(hub: Hub, session_id: UUID | None) -> Reader:
    home = uuid4()
    return hub.join(
        Principal(uuid4(), "", frozenset(), home, frozenset({home}), session_id=session_id)
    )


@asynccontextmanager
async def running(
    keeping: Callable[[asyncio.Event], Coroutine[Any, Any, None]],
) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(keeping(stopping))
    yield
    stopping.set()
    await asyncio.wait_for(task, 5)


async def test_a_heart_beats_until_the_node_stops(node: Node) -> None:
    reader = reader_of(node.hub, None)
    async with running(lambda stopping: beat(node.hub, stopping, every=OFTEN)):
        async with asyncio.timeout(5):
            assert [await reader.queue.get() for _ in range(3)] == [(0, None)] * 3
    while not reader.queue.empty():
        reader.queue.get_nowait()
    await asyncio.sleep(3 * OFTEN)
    assert reader.queue.empty()


async def test_whose_session_ended_is_cut_off_and_nobody_else(node: Node) -> None:
    agent = await node.town.account("agent", Role.AGENT)
    for _ in range(2):
        await node.another_token(agent)
    rows = await node.database.raw.fetch("SELECT id FROM account_session")
    ended, open_one = (reader_of(node.hub, row["id"]) for row in rows)
    nobodys = reader_of(node.hub, None)
    await end_session(node.database, rows[0]["id"])
    async with running(lambda stop: sweep_sessions(node.hub, node.database, stop, every=OFTEN)):
        async with asyncio.timeout(5):
            await ended.is_cut.wait()
        await asyncio.sleep(3 * OFTEN)
    assert ended.cut is Cut.SIGNED_OUT
    assert not open_one.is_cut.is_set()
    assert not nobodys.is_cut.is_set()


async def test_where_nobody_is_there_is_nothing_to_ask(node: Node) -> None:
    async with running(lambda stop: sweep_sessions(node.hub, node.database, stop, every=OFTEN)):
        await asyncio.sleep(3 * OFTEN)
    assert node.hub.session_ids == set()


async def test_an_outage_cuts_nobody_and_afterwards_ends_are_noticed_again(
    node: Node, postgres: EmbeddedPostgres
) -> None:
    await node.token("agent", Role.AGENT)
    (row,) = await node.database.raw.fetch("SELECT id FROM account_session")
    reader = reader_of(node.hub, row["id"])
    name = node.database.url.database
    async with running(lambda stop: sweep_sessions(node.hub, node.database, stop, every=OFTEN)):
        await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await administer(
            postgres,
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        await asyncio.sleep(10 * OFTEN)
        assert not reader.is_cut.is_set()
        await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await end_session(node.database, row["id"])
        async with asyncio.timeout(10):
            await reader.is_cut.wait()


async def test_a_reader_is_cut_off_once_and_for_the_first_reason(node: Node) -> None:
    reader = reader_of(node.hub, None)
    reader.cut_off(Cut.SIGNED_OUT)
    node.hub.cut_everyone()
    assert reader.cut is Cut.SIGNED_OUT
