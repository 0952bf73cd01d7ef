"""Grade a month, and decide what vendors object to."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import standing_queries as queries
from hotline.dispatch.ledger_models import LedgerEntry
from hotline.dispatch.models import Offer, VendorBar
from hotline.dispatch.settlement_figures import month_before
from hotline.dispatch.standing import Counts, Grade, Standing, standing_of
from hotline.dispatch.standing_bars import lift, suspend_for_warnings
from hotline.dispatch.standing_models import (
    AppealState,
    AppealSubject,
    VendorAppeal,
    VendorStanding,
)
from hotline.dispatch.vendor_notices import tell_appeal
from hotline.errors import Conflict, HotlineError, NotFound
from hotline.principal import Principal
from hotline.privacy import mask_text

APPEAL_DAYS: Mapping[AppealSubject, int] = {
    AppealSubject.STANDING: 15,
    AppealSubject.BAR: 15,
    AppealSubject.ENTRY: 15,
    AppealSubject.OFFER: 15,
}
# The directory knows three grades; a vendor under watch is chosen as the least of them.
_IN_DIRECTORY = {Grade.A: "A", Grade.B: "B"}


class AppealTwice(Conflict):
    code, detail = "appeal_twice", "已经提出过申诉。"


class AppealTooLate(Conflict):
    code, detail = "appeal_too_late", "已过申诉期限。"


class AppealDecided(Conflict):
    code, detail = "appeal_decided", "申诉已经处理。"


class AppealOwnDecision(HotlineError):
    status, code = 403, "appeal_own_decision"
    detail = "申诉不能由作出原决定的人处理。"


async def grade_month(session: AsyncSession, city_id: UUID, month: date) -> int:
    """A grade for every vendor that has none for the month; how many. Two warnings suspend."""
    vendors = await queries.ungraded(session, city_id, month)
    counts = await queries.month_counts(session, city_id, month)
    warned = await queries.warned_in(session, city_id, month_before(month))
    for vendor in vendors:
        of_vendor = counts.get(vendor.id, {})
        standing = standing_of(of_vendor, was_warned=vendor.id in warned)
        session.add(_row(vendor, month, of_vendor, standing))
        if of_vendor:
            vendor.grade = _IN_DIRECTORY.get(standing.grade, "C")
        if standing.grade is Grade.SUSPENDED:
            await suspend_for_warnings(session, vendor, month)
    await session.flush()
    return len(vendors)


async def appeal(
    session: AsyncSession, vendor_id: UUID, subject: AppealSubject, subject_id: UUID, *, words: str
) -> VendorAppeal:
    """By the vendor, on its own pages; once for each matter, and within its days.

    Raises NotFound for what is not the vendor's, AppealTwice, AppealTooLate.
    """
    began = await _began(session, vendor_id, subject, subject_id)
    if began is None:
        raise NotFound
    if clock.now() > began + timedelta(days=APPEAL_DAYS[subject]):
        raise AppealTooLate
    vendor = await session.get_one(Vendor, vendor_id)
    now = clock.now()
    made = insert(VendorAppeal).values(
        id=uuid7(), created_at=now, updated_at=now, city_id=vendor.city_id, vendor_id=vendor_id,
        subject=subject, subject_id=subject_id, words=mask_text(words), state=AppealState.OPEN,
    )  # fmt: skip
    fresh = await session.scalar(made.on_conflict_do_nothing().returning(VendorAppeal.id))
    if fresh is None:
        raise AppealTwice
    return await session.get_one(VendorAppeal, fresh)


async def decide_appeal(
    session: AsyncSession, principal: Principal, appeal_id: UUID, *, is_upheld: bool, answer: str
) -> VendorAppeal:
    """By somebody else than who decided; a bar that was wrong is lifted with the answer.

    A penalty that was wrong is reversed in the ledger by whoever keeps the accounts.
    """
    found = await queries.locked_appeal(session, principal, appeal_id)
    if found.state != AppealState.OPEN:
        raise AppealDecided
    bar = None
    if found.subject == AppealSubject.BAR:
        bar = await queries.bar(session, principal, found.subject_id)
    if await _decided_by(session, found, bar) == principal.account_id:
        raise AppealOwnDecision
    found.state = AppealState.UPHELD if is_upheld else AppealState.DISMISSED
    found.answer, found.decided_at = mask_text(answer), clock.now()
    found.decided_by_id = principal.account_id
    if is_upheld and bar is not None and bar.lifted_at is None:
        await lift(session, principal, bar, answer)
    await session.flush()
    await audit.record(
        session, principal, "appeal.decided", target=f"vendor:{found.vendor_id}",
        appeal_id=found.id, state=found.state,
    )  # fmt: skip
    await tell_appeal(session, found)
    return found


def _row(vendor: Vendor, month: date, counts: Counts, standing: Standing) -> VendorStanding:
    return VendorStanding(
        city_id=vendor.city_id,
        vendor_id=vendor.id,
        month=month,
        grade=standing.grade,
        score=standing.score,
        satisfaction=standing.satisfaction,
        is_warned=standing.is_warned,
        counts={str(mark): [count.good, count.all] for mark, count in counts.items()},
    )


async def _began(
    session: AsyncSession, vendor_id: UUID, subject: AppealSubject, subject_id: UUID
) -> datetime | None:
    """When what the vendor objects to was decided; None where it is not the vendor's."""
    sources: Mapping[AppealSubject, tuple[Any, Any, Any]] = {
        AppealSubject.STANDING: (
            VendorStanding.created_at, VendorStanding.id, VendorStanding.vendor_id
        ),
        AppealSubject.BAR: (VendorBar.since, VendorBar.id, VendorBar.vendor_id),
        AppealSubject.ENTRY: (LedgerEntry.at, LedgerEntry.id, LedgerEntry.vendor_id),
        AppealSubject.OFFER: (Offer.created_at, Offer.id, Offer.vendor_id),
    }  # fmt: skip
    moment, key, owner = sources[subject]
    found: datetime | None = await session.scalar(
        select(moment).where(key == subject_id, owner == vendor_id)
    )
    return found


async def _decided_by(
    session: AsyncSession, found: VendorAppeal, bar: VendorBar | None
) -> UUID | None:
    if bar is not None:
        return bar.set_by_id
    if found.subject == AppealSubject.ENTRY:
        chosen = select(LedgerEntry.made_by_id).where(LedgerEntry.id == found.subject_id)
        return await session.scalar(chosen)
    return None
