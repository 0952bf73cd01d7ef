"""Work of the portal that recurs: seal the log of tickets when a month is over."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.organizations.queries import cities
from hotline.portal.sealing import seal_months
from hotline.portal.signing_key import signing_key

SEAL_LOG = "portal.seal_log"
_HOUR = 1


def runners(data_dir: Path) -> dict[str, Runner]:
    async def run(database: Database, job: Claimed) -> None:
        key = signing_key(data_dir)
        async with database.transaction() as session:
            await job.finish(session)
            for city in await cities(session):
                await seal_months(session, city, key)
            await jobs.enqueue(session, SEAL_LOG, run_at=next_run(clock.now()), dedupe=SEAL_LOG)

    return {SEAL_LOG: run}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, SEAL_LOG, {SEAL_LOG: {}})


def next_run(now: datetime) -> datetime:
    """An hour after midnight: the first day of a month seals the month before."""
    here = clock.local(now)
    return here.replace(hour=_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
