"""No reader ever misses an event, whatever the order in which writers commit."""

import asyncio
import random
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from hotline.db import Database, Role, open_database
from hotline.db.wakes import Waker
from hotline.events import queries, service
from hotline.events.sequencer import run_sequencer
from tests.conftest import NewDatabase
from tests.empty_events import empty
from tests.nightly import IS_NIGHTLY

WRITERS, READERS = 16, 3
COMMITS, EVENTS = (1_250, 50) if IS_NIGHTLY else (40, 1)
"""Of each writer, and in each of its commits: a million in all at night."""
TOTAL = WRITERS * COMMITS * EVENTS
LONGEST = 1800 if IS_NIGHTLY else 30


@pytest.fixture
async def busy_database(new_database: NewDatabase) -> AsyncIterator[Database]:
    """With a connection for each writer: nobody waits for another's commit."""
    own = await open_database(await new_database(), Role.APP, pool_size=WRITERS)
    yield own
    await own.close()


async def _write(database: Database, audience: UUID, rng: random.Random) -> None:
    for _ in range(COMMITS):
        async with database.transaction() as session:
            for _ in range(EVENTS):
                await service.record(
                    session, "ticket.opened", subject_id=uuid4(),
                    payload=empty("ticket.opened"), audience=[audience], scope="tickets:read",
                )  # fmt: skip
            await session.flush()
            await asyncio.sleep(rng.random() * 0.02)


async def _follow(database: Database) -> None:
    """Reads along while it is written, and never again what it passed."""
    seen = 0
    while seen < TOTAL:
        rows = await queries.numbered_after(database.raw, seen)
        assert [row["seq"] for row in rows] == [*range(seen + 1, seen + len(rows) + 1)]
        seen += len(rows)
        await asyncio.sleep(0.003)


async def test_sixteen_writers_with_random_commit_delays_never_make_a_reader_miss_an_event(
    busy_database: Database,
) -> None:
    database = busy_database
    stopping = asyncio.Event()
    waker = Waker(database)
    database.on_wake = waker.wake
    helpers = [
        asyncio.create_task(run_sequencer(database, stopping)),
        asyncio.create_task(waker.run(stopping)),
    ]
    audience = uuid4()
    writing = (_write(database, audience, random.Random(number)) for number in range(WRITERS))
    async with asyncio.timeout(LONGEST):
        await asyncio.gather(*(_follow(database) for _ in range(READERS)), *writing)
    stopping.set()
    for task in helpers:
        task.cancel()
    async with database.transaction() as session:
        counted = await session.execute(text("SELECT count(*), max(seq), count(seq) FROM event"))
        assert counted.one() == (TOTAL, TOTAL, TOTAL)


async def test_a_rolled_back_event_takes_no_number(database: Database) -> None:
    try:
        async with database.transaction() as session:
            await service.record(
                session, "ticket.opened", subject_id="1",
                payload=empty("ticket.opened"), audience=[uuid4()], scope="tickets:read",
            )  # fmt: skip
            await session.flush()
            raise RuntimeError
    except RuntimeError:
        pass
    connection = await database.connect()
    from hotline.events.sequencer import number_events

    assert await number_events(connection) == 0
    assert (await queries.position(database.raw)).last == 0
    await connection.close()
