"""Enqueue, move and cancel jobs inside the transaction that decides them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import uuid7
from hotline.db.database import wake_after_commit
from hotline.db.wakes import JOBS_WRITTEN
from hotline.errors import NotFound
from hotline.jobs.models import Job

MOST_ATTEMPTS = 5

_OPEN = text("done_at IS NULL AND parked_at IS NULL")
_ENQUEUE_MISSING = text("""
INSERT INTO job (id, kind, dedupe, payload, created_at, run_at, attempt, max_attempts)
SELECT missing.id, :kind, missing.key, CAST(missing.payload AS jsonb), :now, :now, 0, :most
FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:payloads AS text[]))
    AS missing (id, key, payload)
WHERE NOT EXISTS (
    SELECT 1 FROM job WHERE parked_at IS NOT NULL AND kind = :kind AND dedupe = missing.key)
ON CONFLICT (kind, dedupe) WHERE done_at IS NULL AND parked_at IS NULL DO NOTHING
""")


async def enqueue(
    session: AsyncSession,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    run_at: datetime | None = None,
    dedupe: str | None = None,
    max_attempts: int = MOST_ATTEMPTS,
) -> None:
    """Run `kind` once the transaction has committed, not before `run_at`.

    `payload` holds ids, never personal data. With `dedupe`, an open job of the kind with the same
    key takes the new time and payload instead of a second job being made.
    """
    job = {
        "id": uuid7(),
        "kind": kind,
        "dedupe": dedupe,
        "payload": payload or {},
        "created_at": clock.now(),
        "run_at": run_at or clock.now(),
        "attempt": 0,
        "max_attempts": max_attempts,
    }
    statement = insert(Job).values(**job)
    moved = statement.on_conflict_do_update(
        index_elements=[Job.kind, Job.dedupe],
        index_where=_OPEN,
        set_={"run_at": job["run_at"], "payload": job["payload"], "attempt": 0},
    )
    await session.execute(moved if dedupe is not None else statement)
    wake_after_commit(session, JOBS_WRITTEN)


async def enqueue_missing(
    session: AsyncSession, kind: str, payloads: Mapping[str, dict[str, Any]]
) -> None:
    """A job for each key that has none, open or parked: what must be running and is not.

    By key (`dedupe`), in one statement, due at once.
    """
    if not payloads:
        return
    keys = list(payloads)
    rows = {
        "ids": [uuid7() for _ in keys],
        "keys": keys,
        "payloads": [orjson.dumps(payloads[key]).decode() for key in keys],
    }
    shared = {"kind": kind, "now": clock.now(), "most": MOST_ATTEMPTS}
    await session.execute(_ENQUEUE_MISSING, rows | shared)
    wake_after_commit(session, JOBS_WRITTEN)


async def cancel(session: AsyncSession, kind: str, dedupe: str) -> None:
    """Take back an open job; one that is running finishes what it began."""
    await session.execute(
        delete(Job).where(Job.kind == kind, Job.dedupe == dedupe, _OPEN, Job.lease_until.is_(None))
    )


async def rerun(session: AsyncSession, job_id: UUID) -> None:
    """Give a parked job its attempts back."""
    done = await session.execute(
        update(Job)
        .where(Job.id == job_id, Job.parked_at.is_not(None))
        .values(parked_at=None, lease_until=None, attempt=0, run_at=clock.now(), error=None)
        .returning(Job.id)
    )
    if done.scalar() is None:
        raise NotFound
    wake_after_commit(session, JOBS_WRITTEN)
