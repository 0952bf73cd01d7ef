"""Run jobs that are due: claim, run, finish; park what fails too often."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import Database
from hotline.db.outages import LINE_LOST
from hotline.db.wakes import JOBS_WRITTEN, Listener

log = structlog.get_logger()

AT_ONCE = 8
LEASE = timedelta(seconds=12)
_RENEW_SECONDS = 4.0
_POLL_SECONDS = 0.5
_LONGEST_BACK_OFF = 600.0
_KEEP_DONE = timedelta(days=30)
_TIDY_SECONDS = 3600.0
_PARK_SECONDS = 5.0
_CLAIM_SECONDS = 10.0

_CLAIM = text("""
UPDATE job SET attempt = attempt + 1, lease_until = clock_timestamp() + :lease
WHERE id IN (
    SELECT id FROM job
    WHERE done_at IS NULL AND parked_at IS NULL AND run_at <= clock_timestamp()
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
      AND attempt < max_attempts AND kind = ANY(:kinds)
    ORDER BY run_at, id LIMIT :most FOR UPDATE SKIP LOCKED)
RETURNING id, kind, payload, attempt, max_attempts
""")
_PARK_DEAD = text("""
UPDATE job SET parked_at = clock_timestamp(), error = coalesce(error, 'worker died')
WHERE done_at IS NULL AND parked_at IS NULL AND attempt >= max_attempts
  AND lease_until < clock_timestamp()
""")
_RENEW = text("""
UPDATE job SET lease_until = clock_timestamp() + :lease WHERE id = :id AND attempt = :attempt
""")
_FINISH = text("""
UPDATE job SET done_at = clock_timestamp(), lease_until = NULL
WHERE id = :id AND attempt = :attempt AND done_at IS NULL RETURNING id
""")
_FAIL = text("""
UPDATE job SET lease_until = NULL, error = :error, run_at = clock_timestamp() + :wait,
    parked_at = CASE WHEN attempt >= max_attempts THEN clock_timestamp() END
WHERE id = :id AND attempt = :attempt AND done_at IS NULL
""")
_TIDY = text("DELETE FROM job WHERE done_at < clock_timestamp() - CAST(:keep AS interval)")


class OvertakenError(Exception):
    """Another worker has taken this job over: whatever this one did is rolled back."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in hand. `key` names this job to outside parties, so that they act once."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    max_attempts: int

    @property
    def key(self) -> str:
        return f"job-{self.id}"

    async def finish(self, session: AsyncSession) -> None:
        """Mark it done in the transaction of its effect. Raises OvertakenError."""
        done = await session.execute(_FINISH, {"id": self.id, "attempt": self.attempt})
        if done.scalar() is None:
            raise OvertakenError


class Runner(Protocol):
    """Runs one job; opens its own transactions and may finish the job inside one of them."""

    def __call__(self, database: Database, job: Claimed) -> Awaitable[None]: ...


class Worker:
    """`runners` by kind; a worker claims only kinds that it can run."""

    def __init__(self, database: Database, runners: Mapping[str, Runner]) -> None:
        self._database = database
        self._runners = runners
        self._running: set[asyncio.Task[None]] = set()
        self._parked_dead = float("-inf")

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop; jobs in hand are given the time of their lease to finish."""
        while not stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect()
                await self._follow(connection, stopping)
            except (*LINE_LOST, SQLAlchemyError):
                log.warning("jobs.interrupted")
                await asyncio.sleep(_POLL_SECONDS)
            finally:
                if connection is not None:
                    connection.terminate()
        if self._running:
            await asyncio.wait(self._running, timeout=LEASE.total_seconds())

    async def run_due(self) -> int:
        """Run everything that is due now, once, to its end; how many there were. For commands."""
        count = 0
        while batch := await self._claim(AT_ONCE):
            await asyncio.gather(*(self._run(job) for job in batch))
            count += len(batch)
        return count

    async def _follow(self, connection: asyncpg.Connection, stopping: asyncio.Event) -> None:
        listener = Listener(connection)
        await listener.listen(JOBS_WRITTEN)
        tidied = float("-inf")
        loop = asyncio.get_running_loop()
        while not stopping.is_set():
            if loop.time() - tidied > _TIDY_SECONDS:
                tidied = loop.time()
                await self._tidy()
            free = AT_ONCE - len(self._running)
            async with asyncio.timeout(_CLAIM_SECONDS):
                claimed = await self._claim(free) if free else []
            for job in claimed:
                self._start(job)
            if len(claimed) < free or not free:
                await listener.wait(_POLL_SECONDS, stopping)

    def _start(self, job: Claimed) -> None:
        task = asyncio.create_task(self._run(job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _claim(self, most: int) -> list[Claimed]:
        wanted = {"lease": LEASE, "most": most, "kinds": list(self._runners)}
        async with self._database.transaction() as session:
            rows = (await session.execute(_CLAIM, wanted)).all()
            if not rows:
                await self._park_dead(session)
        return [Claimed(*row) for row in rows]

    async def _park_dead(self, session: AsyncSession) -> None:
        """Jobs whose last worker died, every few seconds, when there is nothing else to do."""
        now = monotonic()
        if now - self._parked_dead >= _PARK_SECONDS:
            self._parked_dead = now
            await session.execute(_PARK_DEAD)

    async def _run(self, job: Claimed) -> None:
        renewing = asyncio.create_task(self._renew(job))
        try:
            await self._runners[job.kind](self._database, job)
            await self._finish(job)
        except OvertakenError:
            log.warning("job.overtaken", job_id=str(job.id), kind=job.kind)
        except Exception as error:
            log.exception("job.failed", job_id=str(job.id), kind=job.kind, attempt=job.attempt)
            await self._fail(job, type(error).__name__)
        finally:
            renewing.cancel()

    async def _finish(self, job: Claimed) -> None:
        """Most runners finish the job in the transaction of their effect; then this is nothing."""
        async with self._database.transaction() as session:
            await session.execute(_FINISH, {"id": job.id, "attempt": job.attempt})

    async def _fail(self, job: Claimed, error: str) -> None:
        values = {"id": job.id, "attempt": job.attempt, "error": error, "wait": back_off(job)}
        with suppress(SQLAlchemyError, OSError):
            async with self._database.transaction() as session:
                await session.execute(_FAIL, values)

    async def _renew(self, job: Claimed) -> None:
        values = {"id": job.id, "attempt": job.attempt, "lease": LEASE}
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                async with self._database.transaction() as session:
                    await session.execute(_RENEW, values)

    async def _tidy(self) -> None:
        async with self._database.transaction() as session:
            await session.execute(_TIDY, {"keep": _KEEP_DONE})


def back_off(job: Claimed, chance: Callable[[], float] = random.random) -> timedelta:
    """5, 10, 20 … seconds, at most ten minutes, with a fifth of chance."""
    seconds = min(5.0 * 2 ** (job.attempt - 1), _LONGEST_BACK_OFF)
    return timedelta(seconds=seconds * (0.9 + 0.2 * chance()))
