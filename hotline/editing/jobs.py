"""Jobs of editing: files, proven numbers, and what each hour brings."""

from datetime import timedelta
from uuid import UUID

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.directory.work import NOTE_BRIDGE, REPORT_WRONG
from hotline.editing import content_checks, imports, verifying
from hotline.editing.corrections import note_bridge, note_report
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner

WATCH = "editing.watch"
WATCH_EVERY = timedelta(hours=1)
CHECK_CONTENTS = "editing.check_contents"
CHECK_EVERY = timedelta(days=1)


def runners(client: httpx2.AsyncClient) -> dict[str, Runner]:
    """`client` asks public hosts only: addresses come from what departments write."""

    async def check(database: Database, job: Claimed) -> None:
        await content_checks.check_contents(database, client)
        async with database.transaction() as session:
            await job.finish(session)
            at = clock.now() + CHECK_EVERY
            await jobs.enqueue(session, CHECK_CONTENTS, run_at=at, dedupe=CHECK_CONTENTS)

    return {
        CHECK_CONTENTS: check,
        NOTE_BRIDGE: _note_bridge,
        REPORT_WRONG: _report_wrong,
        WATCH: _watch,
        imports.CHECK: _check_import,
        imports.APPLY: _apply_import,
    }


async def begin(session: AsyncSession) -> None:
    """Start what recurs, where it does not run already."""
    await jobs.enqueue_missing(session, WATCH, {WATCH: {}})
    await jobs.enqueue_missing(session, CHECK_CONTENTS, {CHECK_CONTENTS: {}})


async def _watch(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await verifying.watch(session)
        await jobs.enqueue(session, WATCH, run_at=clock.now() + WATCH_EVERY, dedupe=WATCH)


async def _note_bridge(database: Database, job: Claimed) -> None:
    told = job.payload
    async with database.transaction() as session:
        await note_bridge(
            session, UUID(told["city_id"]), told["entry_key"], told["number"],
            was_answered=told["was_answered"],
        )  # fmt: skip
        await job.finish(session)


async def _report_wrong(database: Database, job: Claimed) -> None:
    told = job.payload
    async with database.transaction() as session:
        await note_report(session, UUID(told["city_id"]), told["entry_key"], told["note"])
        await job.finish(session)


async def _check_import(database: Database, job: Claimed) -> None:
    """Doing it again does nothing: the state tells that it is done."""
    await imports.check_import(database, UUID(job.payload["import_id"]))
    async with database.transaction() as session:
        await job.finish(session)


async def _apply_import(database: Database, job: Claimed) -> None:
    await imports.apply_import(database, UUID(job.payload["import_id"]))
    async with database.transaction() as session:
        await job.finish(session)
