"""One numbers, the others wait; and nothing that goes away stays away."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

import pytest

from hotline.db import Database, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.wakes import EVENTS_WRITTEN
from hotline.events import queries, service
from hotline.events.sequencer import number_events, run_sequencer
from hotline.tickets.schemas import TicketWithdrawn
from tests.conftest import administer
from tests.empty_events import empty

HOME = uuid4()


async def write(database: Database, *names: str, audience: Sequence[UUID] = (HOME,)) -> None:
    async with database.transaction() as session:
        for name in names:
            await service.record(
                session, name, subject_id=uuid4(), payload=empty(name), audience=audience,
                scope="tickets:read",
            )  # fmt: skip


async def last_of(database: Database) -> int:
    return (await queries.position(database.raw)).last


async def until_numbered(database: Database, count: int, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while await last_of(database) < count:  # noqa: ASYNC110 (another task's work)
            await asyncio.sleep(0.02)


async def test_more_than_a_batch_is_numbered_without_a_pause_between(database: Database) -> None:
    await write(database, *["ticket.opened"] * 4_100)
    stopping = asyncio.Event()
    numbering = asyncio.create_task(run_sequencer(database, stopping))
    await until_numbered(database, 4_100)
    stopping.set()
    await asyncio.wait_for(numbering, 5)
    rows = await queries.numbered_after(database.raw, 4_098)
    assert [row["seq"] for row in rows] == [4_099, 4_100]
    assert len(await queries.numbered_after(database.raw, 0)) == queries.BATCH
    assert [row["seq"] for row in await queries.numbered_after(database.raw, 7, limit=2)] == [8, 9]


async def test_whoever_waits_for_its_turn_numbers_nothing_and_may_be_stopped(
    database: Database,
) -> None:
    other = await open_database(database.url, pool_size=1, raw_size=1)
    first_stopping, second_stopping = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(run_sequencer(database, first_stopping))
    await write(database, "ticket.opened")
    await until_numbered(database, 1)
    second = asyncio.create_task(run_sequencer(other, second_stopping))
    await asyncio.sleep(0.3)
    assert EVENTS_WRITTEN in database.nudges
    assert EVENTS_WRITTEN not in other.nudges
    second_stopping.set()
    await asyncio.wait_for(second, 5)
    first_stopping.set()
    await asyncio.wait_for(first, 5)
    assert EVENTS_WRITTEN not in database.nudges
    await other.close()


async def test_a_database_that_cannot_be_reached_is_asked_again(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    await write(database, "ticket.opened")
    name, stopping = database.url.database, asyncio.Event()
    await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    numbering = asyncio.create_task(run_sequencer(database, stopping))
    await asyncio.sleep(0.2)
    assert not numbering.done()
    assert await last_of(database) == 0
    await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await until_numbered(database, 1)
    stopping.set()
    await asyncio.wait_for(numbering, 5)


async def test_what_is_written_here_is_numbered_at_once_though_nobody_notifies(
    database: Database,
) -> None:
    stopping = asyncio.Event()
    numbering = asyncio.create_task(run_sequencer(database, stopping))
    async with asyncio.timeout(10):
        while EVENTS_WRITTEN not in database.nudges:  # noqa: ASYNC110 (another task's state)
            await asyncio.sleep(0.01)

    def nudge(channels: Collection[str]) -> None:
        for channel in channels:
            database.nudges[channel]()

    database.on_wake = nudge
    for count in range(1, 4):
        await write(database, "ticket.opened")
        await until_numbered(database, count, seconds=0.9)
    stopping.set()
    await asyncio.wait_for(numbering, 5)


async def test_an_event_keeps_what_it_was_given(database: Database) -> None:
    second, told = uuid4(), TicketWithdrawn(ticket_id=uuid4())
    async with database.transaction() as session:
        await service.record(
            session, "ticket.withdrawn", subject_id=HOME, payload=told,
            audience=[HOME, second, HOME], scope="tickets:read",
        )  # fmt: skip
    assert await number_events(database.raw) == 1
    (row,) = await queries.numbered_after(database.raw, 0)
    assert row["payload"] == {"ticket_id": str(told.ticket_id)}
    assert row["audience"] == sorted([HOME, second])
    kept = {name: row[name] for name in ("seq", "name", "subject_type", "subject_id", "scope")}
    assert kept == {
        "seq": 1, "name": "ticket.withdrawn", "subject_type": "ticket", "subject_id": str(HOME),
        "scope": "tickets:read",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "found"), [(["ticket.opened"], [1, 3]), (["ticket.none"], []), ([], [])]
)
async def test_events_of_a_name_are_found_and_how_far_was_looked(
    database: Database, names: list[str], found: list[int]
) -> None:
    await write(database, "ticket.opened", "ticket.moved", "ticket.opened")
    await number_events(database.raw)
    named = await queries.named_after(database.raw, names, 0)
    assert ([row["seq"] for row in named.rows], named.position) == (found, 3)
    nothing_new = await queries.named_after(database.raw, names, 3)
    assert (list(nothing_new.rows), nothing_new.position) == ([], 3)
