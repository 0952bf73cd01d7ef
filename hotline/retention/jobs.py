"""The daily job."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.retention.erasing import Hands, erase_overdue

RUN = "retention.run"
_EVERY = timedelta(hours=24)


def runners(hands: Hands) -> dict[str, Runner]:
    async def run(database: Database, job: Claimed) -> None:
        await erase_overdue(database, hands)
        async with database.transaction() as session:
            await job.finish(session)
            await jobs.enqueue(session, RUN, run_at=clock.now() + _EVERY, dedupe=RUN)

    return {RUN: run}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, RUN, {RUN: {}})
