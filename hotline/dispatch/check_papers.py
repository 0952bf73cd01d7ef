"""Once a day: remind vendors of papers that run out, and tell those that are silenced by one.

A paper stops counting by its date alone, in every place that asks; nothing here has to happen for
a vendor to fall silent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.phrases import phrase
from hotline.dispatch.vendor_notices import tell_vendor
from hotline.dispatch.vetting_queries import worker_papers

REMIND_DAYS = (60, 30, 7)
_AT = time(9)


@dataclass(frozen=True, slots=True)
class Due:
    """A paper to speak of: days left, or below nothing when it has run out."""

    document: str
    expires: date
    days_left: int


def due_between(papers: list[dict[str, str]], after: date, until: date) -> Iterator[Due]:
    """What is to be said for the days after `after` up to `until`, each threshold once."""
    for paper in papers:
        expires = date.fromisoformat(paper["expires"])
        for days in (*REMIND_DAYS, -1):
            if after < expires - timedelta(days=days) <= until:
                yield Due(paper["document"], expires, days)


def next_check(now: datetime) -> datetime:
    """Tomorrow morning in the city."""
    tomorrow = clock.local(now).date() + timedelta(days=1)
    return datetime.combine(tomorrow, _AT, tzinfo=clock.LOCAL)


async def check_papers(session: AsyncSession, after: date) -> int:
    """How many messages were sent; `after` is the last day that was looked at."""
    today = clock.local(clock.now()).date()
    chosen = select(Vendor).where(Vendor.status == "active").order_by(Vendor.position)
    vendors = {one.id: one for one in await session.scalars(chosen)}
    count = 0
    for vendor in vendors.values():
        for due in due_between(vendor.vetting, after, today):
            await _tell(session, vendor, due)
            count += 1
    for document, worker in await worker_papers(session, vendors):
        paper = {"document": document.kind, "expires": document.expires_on.isoformat()}
        for due in due_between([paper], after, today):
            await _tell_of_worker(session, vendors[document.vendor_id], worker, due)
            count += 1
    return count


async def _tell(session: AsyncSession, vendor: Vendor, due: Due) -> None:
    if due.days_left < 0:
        reason = phrase("paper_over", document=due.document)
        await tell_vendor(session, vendor, "sms_vendor_silenced", reason=reason)
        return
    await tell_vendor(
        session, vendor, "sms_vendor_expiry", document=due.document, day=due.expires.isoformat()
    )


async def _tell_of_worker(session: AsyncSession, vendor: Vendor, worker: str, due: Due) -> None:
    """The firm goes on with its others."""
    is_over = due.days_left < 0
    await tell_vendor(
        session,
        vendor,
        "sms_vendor_worker_over" if is_over else "sms_vendor_worker_expiry",
        worker=worker,
        document=due.document,
        day=due.expires.isoformat(),
    )
