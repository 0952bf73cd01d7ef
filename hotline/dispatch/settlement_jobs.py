"""What keeps accounts and standings without anybody: hourly, for every city."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.dispatch.ledger_service import today
from hotline.dispatch.settlement_figures import month_before, month_of
from hotline.dispatch.settlement_run import catch_up, open_books
from hotline.dispatch.standing_bars import end_bars
from hotline.dispatch.standing_service import grade_month
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.organizations.queries import cities

KEEP_ACCOUNTS = "keep_vendor_accounts"
_EVERY = timedelta(hours=1)


def runners() -> dict[str, Runner]:
    return {KEEP_ACCOUNTS: _keep_accounts}


async def begin(session: AsyncSession) -> None:
    """Start what recurs, where it does not run already."""
    await jobs.enqueue_missing(session, KEEP_ACCOUNTS, {KEEP_ACCOUNTS: {}})


async def keep_accounts(session: AsyncSession) -> None:
    """Deposits from before, orders that were missed, bars that have run out, a month's grades."""
    for city in await cities(session):
        await open_books(session, city.id)
        await catch_up(session, city.id)
        await end_bars(session, city.id)
        await grade_month(session, city.id, month_before(month_of(today())))


async def _keep_accounts(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await keep_accounts(session)
        await job.finish(session)
        await jobs.enqueue(session, KEEP_ACCOUNTS, run_at=clock.now() + _EVERY,
                           dedupe=KEEP_ACCOUNTS)  # fmt: skip
