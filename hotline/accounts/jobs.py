"""The nightly look for accounts that nobody uses."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts.unused import disable_unused
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner

LOOK_FOR_UNUSED = "accounts.look_for_unused"
_HOUR = 2

log = structlog.get_logger()


def runners() -> dict[str, Runner]:
    async def look(database: Database, job: Claimed) -> None:
        async with database.transaction() as session:
            await job.finish(session)
            count = await disable_unused(session)
            await jobs.enqueue(
                session, LOOK_FOR_UNUSED, run_at=next_look(clock.now()), dedupe=LOOK_FOR_UNUSED
            )
        if count:
            log.info("accounts.unused_disabled", count=count)

    return {LOOK_FOR_UNUSED: look}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, LOOK_FOR_UNUSED, {LOOK_FOR_UNUSED: {}})


def next_look(now: datetime) -> datetime:
    """Two hours after the next midnight, when nobody is in the middle of something."""
    here = clock.local(now)
    return here.replace(hour=_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
