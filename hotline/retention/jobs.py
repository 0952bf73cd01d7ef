"""The daily job."""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.errors import HotlineError
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.retention.erasing import Hands, erase_overdue

log = structlog.get_logger()

RUN = "retention.run"
_EVERY = timedelta(hours=24)


def runners(hands: Hands) -> dict[str, Runner]:
    async def run(database: Database, job: Claimed) -> None:
        # Tomorrow's run comes whatever becomes of this one: what could not go is still due then.
        try:
            await erase_overdue(database, hands)
        except HotlineError as error:
            log.warning("retention.storage_away", code=error.code)
        async with database.transaction() as session:
            await job.finish(session)
            await jobs.enqueue(session, RUN, run_at=clock.now() + _EVERY, dedupe=RUN)

    return {RUN: run}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, RUN, {RUN: {}})
