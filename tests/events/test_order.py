"""No reader ever misses an event, whatever the order in which writers commit."""

import asyncio
import random
from uuid import UUID, uuid4

from hotline.db import Database
from hotline.db.wakes import Waker
from hotline.events import queries, service
from hotline.events.sequencer import run_sequencer

WRITERS, EACH = 16, 40


async def _write(database: Database, audience: UUID, rng: random.Random) -> None:
    for _ in range(EACH):
        async with database.transaction() as session:
            await service.record(
                session, "ticket.opened", subject_type="ticket", subject_id=uuid4(),
                payload={}, audience=[audience], scope="tickets:read",
            )  # fmt: skip
            await session.flush()
            await asyncio.sleep(rng.random() * 0.02)


async def _follow(database: Database, wanted: int) -> list[int]:
    seen: list[int] = []
    while len(seen) < wanted:
        rows = await queries.numbered_after(database.raw, seen[-1] if seen else 0, limit=50)
        seen += [row["seq"] for row in rows]
        await asyncio.sleep(0.003)
    return seen


async def test_sixteen_writers_with_random_commit_delays_never_make_a_reader_miss_an_event(
    database: Database,
) -> None:
    stopping = asyncio.Event()
    waker = Waker(database)
    database.on_wake = waker.wake
    helpers = [
        asyncio.create_task(run_sequencer(database, stopping)),
        asyncio.create_task(waker.run(stopping)),
    ]
    audience = uuid4()
    readers = [asyncio.create_task(_follow(database, WRITERS * EACH)) for _ in range(3)]
    async with asyncio.timeout(30):
        await asyncio.gather(
            *(_write(database, audience, random.Random(seed)) for seed in range(WRITERS))
        )
        followed = await asyncio.gather(*readers)
    stopping.set()
    for task in helpers:
        task.cancel()
    assert all(seen == list(range(1, WRITERS * EACH + 1)) for seen in followed)


async def test_a_rolled_back_event_takes_no_number(database: Database) -> None:
    try:
        async with database.transaction() as session:
            await service.record(
                session, "ticket.opened", subject_type="ticket", subject_id="1",
                payload={}, audience=[uuid4()], scope="tickets:read",
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
