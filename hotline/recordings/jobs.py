"""Jobs of recordings, by kind; two of them recur."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments.keeping import Store
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.recordings import fetching
from hotline.recordings.fetching import Studio
from hotline.recordings.retiring import retire
from hotline.recordings.service import FETCH, LOOK, RETIRE, SETTLE
from hotline.telephony.client import Telephony

LOOK_EVERY = timedelta(minutes=2)
RETIRE_EVERY = timedelta(hours=24)


def runners(telephony: Telephony | None, *, store: Store) -> dict[str, Runner]:
    """Without a host there is nothing to fetch; what is kept is erased in time all the same."""
    own: dict[str, Runner] = {RETIRE: partial(_retire, store)}
    if telephony is None:
        return own
    return own | {
        FETCH: partial(_fetch, telephony, store),
        SETTLE: partial(_settle, telephony, store),
        LOOK: partial(_look, telephony, store),
    }


async def begin(session: AsyncSession) -> None:
    """Start what recurs, where it does not run already."""
    for kind in (LOOK, RETIRE):
        await jobs.enqueue_missing(session, kind, {kind: {}})


async def _fetch(telephony: Telephony, store: Store, database: Database, job: Claimed) -> None:
    await fetching.fetch(Studio(telephony, database, store), _id(job))


async def _settle(telephony: Telephony, store: Store, database: Database, job: Claimed) -> None:
    await fetching.settle(Studio(telephony, database, store), _id(job))


async def _look(telephony: Telephony, store: Store, database: Database, job: Claimed) -> None:
    await fetching.look(Studio(telephony, database, store))
    await _again(database, job, LOOK, LOOK_EVERY)


async def _retire(store: Store, database: Database, job: Claimed) -> None:
    await retire(database, store)
    await _again(database, job, RETIRE, RETIRE_EVERY)


async def _again(database: Database, job: Claimed, kind: str, after: timedelta) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await jobs.enqueue(session, kind, run_at=clock.now() + after, dedupe=kind)


def _id(job: Claimed) -> UUID:
    return UUID(str(job.payload["recording_id"]))
