"""Jobs of tickets: look after one when its hour comes, and sweep for those that were missed."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.tickets import queries
from hotline.tickets.attending import look_after
from hotline.tickets.watching import LOOK_AFTER

SWEEP = "tickets.sweep"
TIDY = "tickets.tidy"
SWEEP_EVERY = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=24)
AT_ONCE = 5_000
_MISSED = timedelta(minutes=1)
_KEEP_ANSWERS = timedelta(days=7)
_KEEP_TRIES = timedelta(days=7)


def runners() -> dict[str, Runner]:
    return {LOOK_AFTER: _look_after, SWEEP: _sweep, TIDY: _tidy}


async def begin(session: AsyncSession) -> None:
    """Start what recurs, where it does not run already."""
    for kind in (SWEEP, TIDY):
        await jobs.enqueue_missing(session, kind, {kind: {}})


async def sweep(session: AsyncSession) -> int:
    """Give every ticket whose hour has passed unnoticed a job again; how many tickets there were.

    One indexed query and one insert, whatever the number of tickets. Those whose job is parked
    wait for a person.
    """
    late = queries.to_wake(clock.now() - _MISSED, AT_ONCE)
    ids = [str(ticket_id) for ticket_id in await session.scalars(late)]
    await jobs.enqueue_missing(session, LOOK_AFTER, {key: {"ticket_id": key} for key in ids})
    return len(ids)


async def tidy(session: AsyncSession) -> None:
    """Answers kept for repeated requests, and tries of codes, are of no use after some days."""
    now = clock.now()
    await session.execute(_OLD_ANSWERS, {"before": now - _KEEP_ANSWERS})
    await session.execute(_OLD_TRIES, {"before": clock.local(now - _KEEP_TRIES).date()})


async def _look_after(database: Database, job: Claimed) -> None:
    """The job ends first, so that the next one may take its place within this transaction."""
    async with database.transaction() as session:
        await job.finish(session)
        await look_after(session, UUID(job.payload["ticket_id"]))


async def _sweep(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await sweep(session)
        await jobs.enqueue(session, SWEEP, run_at=clock.now() + SWEEP_EVERY, dedupe=SWEEP)


async def _tidy(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await tidy(session)
        await jobs.enqueue(session, TIDY, run_at=clock.now() + TIDY_EVERY, dedupe=TIDY)


_OLD_ANSWERS = text("DELETE FROM ticket_idempotency WHERE created_at < :before")
_OLD_TRIES = text("DELETE FROM ticket_code_try WHERE on_day < :before")
