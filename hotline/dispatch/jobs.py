"""Jobs of dispatch, by kind; each step ends with its job in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.dispatch import cascade, work
from hotline.dispatch.check_papers import check_papers, next_check
from hotline.dispatch.ring_vendor import Ringer
from hotline.dispatch.watch_order import watch_order
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.telephony.client import Telephony


def runners(telephony: Telephony | None) -> dict[str, Runner]:
    """Without a host nobody is rung; such offers pass by in their time."""
    own: dict[str, Runner] = {
        work.OFFER_NEXT: _in_one(cascade.offer_next, "order_id"),
        work.EXPIRE_OFFER: _in_one(cascade.expire_offer, "offer_id"),
        work.WATCH_ORDER: _in_one(watch_order, "order_id"),
        work.CHECK_PAPERS: _check_papers,
    }
    if telephony is None:
        return own
    return own | {
        work.RING_VENDOR: _Rings(telephony),
        work.BRIDGE_CALL: _Bridges(telephony),
    }


async def begin(session: AsyncSession) -> None:
    """Start what recurs, where it does not run already."""
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    first = {work.CHECK_PAPERS: {"after": yesterday.isoformat()}}
    await jobs.enqueue_missing(session, work.CHECK_PAPERS, first)


async def _check_papers(database: Database, job: Claimed) -> None:
    """The next one knows how far this one came, so that no day is left out or told twice."""
    async with database.transaction() as session:
        await job.finish(session)
        now = clock.now()
        await check_papers(session, date.fromisoformat(str(job.payload["after"])))
        done = {"after": clock.local(now).date().isoformat()}
        await jobs.enqueue(
            session, work.CHECK_PAPERS, done, run_at=next_check(now), dedupe=work.CHECK_PAPERS
        )


_Act = Callable[[AsyncSession, UUID], Awaitable[object]]


def _in_one(act: _Act, name: str) -> Runner:
    """The job ends first, so that the next one may take its place within the transaction."""

    async def run(database: Database, job: Claimed) -> None:
        async with database.transaction() as session:
            await job.finish(session)
            await act(session, UUID(str(job.payload[name])))

    return run


@dataclass(frozen=True, slots=True)
class _Rings:
    telephony: Telephony

    async def __call__(self, database: Database, job: Claimed) -> None:
        offer_id = UUID(str(job.payload["offer_id"]))
        await Ringer(self.telephony, database).ring_offer(offer_id)


@dataclass(frozen=True, slots=True)
class _Bridges:
    telephony: Telephony

    async def __call__(self, database: Database, job: Claimed) -> None:
        order_id, vendor_id = (UUID(str(job.payload[name])) for name in ("order_id", "vendor_id"))
        await Ringer(self.telephony, database).bridge(order_id, vendor_id)
