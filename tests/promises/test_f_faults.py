"""Faults that need no second machine: what one node does when its database or itself goes away.

The rest is tried by `scripts/chaos`, which breaks a small city; see docs/faults.md.
"""

import asyncio
import json
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hotline.db import Database, open_database
from hotline.db.database import address_of
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.outages import is_outage
from hotline.events import service as events
from hotline.events.sequencer import number_events
from hotline.principal import Principal
from hotline.realtime.hub import Hub
from tests.city import City
from tests.conftest import administer
from tests.empty_events import empty

_END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


async def test_f03_a_caller_hears_nothing_of_a_database_that_lost_every_connection(
    city: City, postgres: EmbeddedPostgres
) -> None:
    phone = await city.phone().dial()
    await administer(postgres, _END_ALL.format(city.database_name))
    await phone.say("我家暖气不热，我在滨河街道")
    assert "已经登记" in phone.now_hears


async def test_f03_the_end_of_a_call_is_noted_though_every_connection_was_lost(
    city: City, postgres: EmbeddedPostgres
) -> None:
    phone = await city.phone().dial()
    await administer(postgres, _END_ALL.format(city.database_name))
    await phone.hang_up()
    agent = await city.signed_in("agent-1")
    (call,) = (await agent.get("/api/v1/calls")).json()["items"]
    assert call["status"] == "ended"


async def test_f04_an_address_of_several_hosts_reaches_asyncpg_whole() -> None:
    url = make_url(
        "postgresql+asyncpg://hotline:word@/hotline?host=one:5432&host=two:6432"
        "&target_session_attrs=read-write&ssl=verify-full"
    )
    assert address_of(url) == {
        "host": ["one", "two"], "port": [5432, 6432], "user": "hotline", "password": "word",
        "database": "hotline", "target_session_attrs": "read-write", "ssl": "verify-full",
    }  # fmt: skip


async def test_f04_an_address_of_one_host_keeps_its_tls() -> None:
    found = address_of(make_url("postgresql+asyncpg://hotline@db:5433/hotline?ssl=verify-full"))
    assert (found["host"], found["port"], found["ssl"]) == ("db", 5433, "verify-full")


async def test_f19_callers_have_connections_that_screens_cannot_take(
    new_database: object, database: Database
) -> None:
    small = await open_database(database.url, pool_size=1, raw_size=1)
    async with small.transaction() as held:
        await held.connection()
        async with asyncio.timeout(0.9), small.call_transaction() as session:
            await session.connection()
        with pytest.raises(Exception, match="QueuePool") as refused:
            async with small.transaction() as session:
                await session.connection()
        assert await small.is_ready()
    await small.close()
    assert is_outage(refused.value)


async def test_f25_a_node_that_leaves_says_so_and_hands_over_its_sockets(city: City) -> None:
    agent = await city.signed_in("agent-1")
    async with city.console(agent) as console:
        assert json.loads(await console.recv())["type"] == "ready"
        city.app.state.departure.begin()
        assert json.loads(await console.recv()) == {"type": "bye", "reason": "restart"}
        with pytest.raises(ConnectionClosed) as closed:
            await console.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
    ready = await city.client.get("/readyz")
    assert (ready.status_code, ready.headers["connection"]) == (503, "close")
    phone = await city.phone().dial()
    assert "请讲" in phone.now_hears
    with pytest.raises(InvalidHandshake):
        async with city.console(agent):
            pass


async def test_f05_a_node_that_catches_up_fills_no_reader_s_queue(database: Database) -> None:
    """A thousand events behind, and a reader that reads: nobody is cut off."""
    hub = Hub(database)
    await hub.begin()
    home = uuid4()
    principal = Principal(None, "", frozenset({"tickets:read"}), home, frozenset({home}))
    reader = hub.join(principal)
    async with database.transaction() as session:
        for number in range(1_000):
            await events.record(
                session, "ticket.opened", subject_id=str(number),
                payload=empty("ticket.opened"), audience=[home], scope="tickets:read",
            )  # fmt: skip
    while await number_events(database.raw):
        pass
    stopping, seen = asyncio.Event(), []
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        while len(seen) < 1_000 and not reader.is_cut.is_set():
            seen.append((await reader.queue.get())[0])
    stopping.set()
    await following
    assert not reader.is_cut.is_set()
    assert seen == sorted(seen)
    assert len(seen) == 1_000
