"""Jobs run once, in time, and a bad one hurts nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from hotline import clock
from hotline.db import Database, open_database
from hotline.errors import NotFound
from hotline.jobs import queries, service
from hotline.jobs.models import Job
from hotline.jobs.worker import AT_ONCE, Claimed, OvertakenError, Worker, back_off
from hotline.serving import WORKER_CONNECTIONS
from tests.conftest import NewDatabase

Make = Callable[[Database, Claimed], Awaitable[None]]


async def enqueue(database: Database, kind: str = "note", **more: object) -> None:
    async with database.transaction() as session:
        await service.enqueue(session, kind, {"n": 1}, **more)  # type: ignore[arg-type]


async def rows(database: Database) -> list[Job]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Job).order_by(Job.id)))


def noting(seen: list[str]) -> Make:
    async def note(_database: Database, job: Claimed) -> None:
        seen.append(job.kind)

    return note


async def failing(_database: Database, _job: Claimed) -> None:
    raise ValueError("no")


async def end_leases(database: Database) -> None:
    """As if the worker had died and its lease had run out."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE job SET lease_until = now() - interval '1s'"))


async def make_due(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("UPDATE job SET run_at = clock_timestamp()"))


async def test_a_job_runs_once_after_its_transaction(database: Database) -> None:
    seen: list[str] = []
    worker = Worker(database, {"note": noting(seen)})
    await enqueue(database)
    assert await worker.run_due() == 1
    assert await worker.run_due() == 0
    assert seen == ["note"]
    assert (await rows(database))[0].done_at is not None


async def test_a_rolled_back_decision_leaves_no_job(database: Database) -> None:
    async def decide_and_fail() -> None:
        async with database.transaction() as session:
            await service.enqueue(session, "note")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await decide_and_fail()
    assert await rows(database) == []


async def test_a_job_waits_for_its_time(database: Database) -> None:
    seen: list[str] = []
    worker = Worker(database, {"note": noting(seen)})
    await enqueue(database, run_at=clock.now() + timedelta(hours=1))
    assert await worker.run_due() == 0
    await make_due(database)
    assert await worker.run_due() == 1


async def test_the_same_business_key_moves_the_open_job(database: Database) -> None:
    later = clock.now() + timedelta(hours=1)
    await enqueue(database, dedupe="ticket-1")
    await enqueue(database, dedupe="ticket-1", run_at=later)
    await enqueue(database, dedupe="ticket-2")
    times = {row.dedupe: row.run_at for row in await rows(database)}
    assert times["ticket-1"] == later
    assert len(await rows(database)) == 2


async def test_a_cancelled_job_does_not_run(database: Database) -> None:
    seen: list[str] = []
    await enqueue(database, dedupe="ticket-1")
    async with database.transaction() as session:
        await service.cancel(session, "note", "ticket-1")
    assert await Worker(database, {"note": noting(seen)}).run_due() == 0
    assert seen == []


async def test_a_poisoned_job_is_parked_visible_and_can_run_again(database: Database) -> None:
    seen: list[str] = []
    await enqueue(database, max_attempts=3)
    await enqueue(database, "good")
    broken = Worker(database, {"note": failing, "good": noting(seen)})
    for _ in range(4):
        await broken.run_due()
        await make_due(database)
    assert seen == ["good"]
    async with database.transaction() as session:
        (parked,) = await queries.parked(session, after=None, limit=10)
        assert (parked.attempt, parked.error) == (3, "ValueError")
        await service.rerun(session, parked.id)
    assert await Worker(database, {"note": noting(seen)}).run_due() == 1


async def test_a_job_that_kills_its_worker_counts_and_is_parked(database: Database) -> None:
    await enqueue(database, max_attempts=2)
    worker = Worker(database, {"note": failing})
    for _ in range(2):
        assert len(await worker._claim(5)) == 1
        async with database.transaction() as session:
            await session.execute(
                text("UPDATE job SET lease_until = clock_timestamp() - interval '1s'")
            )
    assert await worker._claim(5) == []
    (job,) = await rows(database)
    assert job.parked_at is not None
    assert job.error == "worker died"


async def test_a_frozen_worker_cannot_finish_what_another_took_over(database: Database) -> None:
    await enqueue(database)
    worker = Worker(database, {"note": failing})
    (frozen,) = await worker._claim(1)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE job SET lease_until = clock_timestamp() - interval '1s'")
        )
    (second,) = await worker._claim(1)
    with pytest.raises(OvertakenError):
        async with database.transaction() as session:
            await frozen.finish(session)
    async with database.transaction() as session:
        await second.finish(session)
    assert (await rows(database))[0].done_at is not None


async def test_two_workers_share_the_work_and_do_nothing_twice(database: Database) -> None:
    seen: list[str] = []
    for number in range(30):
        await enqueue(database, dedupe=str(number))
    workers = [Worker(database, {"note": noting(seen)}) for _ in range(3)]
    counts = await asyncio.gather(*(worker.run_due() for worker in workers))
    assert sum(counts) == len(seen) == 30


async def test_a_running_worker_takes_up_new_work_at_once(database: Database) -> None:
    ran, stopping = asyncio.Event(), asyncio.Event()

    async def tell(_database: Database, _job: Claimed) -> None:
        ran.set()

    running = asyncio.create_task(Worker(database, {"note": tell}).run(stopping))
    await enqueue(database)
    await asyncio.wait_for(ran.wait(), 5)
    stopping.set()
    await running
    assert (await rows(database))[0].done_at is not None


async def test_only_a_parked_job_can_be_given_its_attempts_back(database: Database) -> None:
    await enqueue(database)
    (job,) = await rows(database)
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await service.rerun(session, job.id)


def test_the_wait_doubles_and_ends_at_ten_minutes() -> None:
    def waits(attempt: int) -> float:
        job = Claimed(clock_id, "note", {}, attempt, 20)
        return back_off(job, chance=lambda: 0.5).total_seconds()

    from hotline.db import uuid7

    clock_id = uuid7()
    assert [waits(attempt) for attempt in (1, 2, 3)] == [5.0, 10.0, 20.0]
    assert waits(15) == 600.0


async def test_a_worker_of_its_own_has_a_connection_for_every_job_in_hand(
    new_database: NewDatabase,
) -> None:
    """Each holds its transaction for longer than anybody waits for a connection."""
    database = await open_database(await new_database(), pool_size=WORKER_CONNECTIONS, raw_size=2)

    async def hold(database: Database, job: Claimed) -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT pg_sleep(1.5)"))
            await job.finish(session)

    async with database.transaction() as session:
        for _ in range(AT_ONCE):
            await service.enqueue(session, "hold")
    assert await Worker(database, {"hold": hold}).run_due() == AT_ONCE
    async with database.transaction() as session:
        tries = text("SELECT count(*), sum(attempt), count(error) FROM job WHERE kind = 'hold'")
        assert tuple((await session.execute(tries)).one()) == (AT_ONCE, AT_ONCE, 0)
    await database.close()
