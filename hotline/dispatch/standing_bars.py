"""Suspend a vendor, blacklist it, and lift that: speech, search and portal follow within a second.

`vendor.silenced_at` is the moment of the bar that silences it; only its end takes that away again.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.importing import announce_published
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries
from hotline.dispatch import standing_queries as queries
from hotline.dispatch.ledger_words import word
from hotline.dispatch.models import VendorBar, VendorWorker
from hotline.dispatch.phrases import phrase
from hotline.dispatch.standing_schemas import BarIn
from hotline.dispatch.states import BarKind
from hotline.dispatch.vendor_notices import tell_barred, tell_lifted, tell_worker_lifted
from hotline.errors import Conflict, NotFound
from hotline.principal import Principal
from hotline.privacy import mask_text

_TERM = timedelta(days=30)
"""How long two months of warnings suspend, unless it is lifted before."""


class BarLifted(Conflict):
    code, detail = "bar_lifted", "已经解除。"


async def bar_vendor(
    session: AsyncSession, principal: Principal, vendor_id: UUID, wanted: BarIn
) -> VendorBar:
    """With a reason, evidence and a term. It holds from this moment. Raises NotFound."""
    vendor = await ledger_queries.vendor(session, principal, vendor_id)
    if wanted.worker_id is not None:
        worker = await session.get(VendorWorker, wanted.worker_id)
        if worker is None or worker.vendor_id != vendor.id:
            raise NotFound
    return await _bar(
        session,
        principal,
        vendor,
        VendorBar(
            id=uuid7(),
            vendor_id=vendor.id,
            worker_id=wanted.worker_id,
            kind=wanted.kind,
            reason_code=wanted.reason_code,
            reason=mask_text(wanted.reason),
            evidence=[mask_text(one) for one in wanted.evidence],
            since=clock.now(),
            until=wanted.until,
            set_by_id=principal.account_id,
        ),
    )


async def suspend_for_warnings(session: AsyncSession, vendor: Vendor, month: date) -> VendorBar:
    made = VendorBar(
        id=uuid7(),
        vendor_id=vendor.id,
        kind=BarKind.SUSPENSION,
        reason_code="two_warnings",
        reason=word("two_warnings", month=f"{month:%Y-%m}"),
        since=clock.now(),
        until=clock.now() + _TERM,
    )
    return await _bar(session, None, vendor, made)


async def lift_bar(
    session: AsyncSession, principal: Principal, bar_id: UUID, *, reason: str
) -> VendorBar:
    found = await queries.bar(session, principal, bar_id)
    if found.lifted_at is not None:
        raise BarLifted
    is_restored = await lift(session, principal, found, reason)
    vendor = await session.get_one(Vendor, found.vendor_id)
    if found.worker_id is not None:
        await tell_worker_lifted(session, vendor, found)
    else:
        await tell_lifted(session, vendor, found.lift_reason or "", is_restored=is_restored)
    return found


async def lift(session: AsyncSession, principal: Principal, found: VendorBar, reason: str) -> bool:
    """Of a bar that the caller holds; whether the vendor is named again."""
    found.lifted_at, found.lifted_by_id = clock.now(), principal.account_id
    found.lift_reason = mask_text(reason)
    await session.flush()
    await audit.record(
        session, principal, "vendor.bar_lifted", target=f"vendor:{found.vendor_id}",
        reason=found.lift_reason, bar_id=found.id,
    )  # fmt: skip
    return await _speak_again(session, await ledger_queries.locked_vendor(session, found.vendor_id))


async def end_bars(session: AsyncSession, city_id: UUID) -> int:
    """Vendors whose last bar has run out are named again; how many."""
    silent = select(Vendor).where(Vendor.city_id == city_id, Vendor.silenced_at.is_not(None))
    vendors = (await session.scalars(silent.with_for_update(key_share=True))).all()
    restored = [vendor for vendor in vendors if await _speak_again(session, vendor)]
    for vendor in restored:
        await tell_lifted(session, vendor, phrase("bar_over"), is_restored=True)
    return len(restored)


async def _bar(
    session: AsyncSession, principal: Principal | None, vendor: Vendor, made: VendorBar
) -> VendorBar:
    """A bar of one worker silences nobody else: their orders ask for it (`workers.py`)."""
    session.add(made)
    is_whole = made.worker_id is None
    if is_whole and vendor.silenced_at is None:
        vendor.silenced_at = made.since
    await session.flush()
    await audit.record(
        session, principal, "vendor.barred", target=f"vendor:{vendor.id}",
        reason=made.reason, bar_id=made.id, kind=made.kind,
    )  # fmt: skip
    if is_whole:
        await announce_published(session, vendor.city_id, [])
    await tell_barred(session, vendor, made)
    return made


async def _speak_again(session: AsyncSession, vendor: Vendor) -> bool:
    """Not where another bar holds, and not where something else has silenced it."""
    if vendor.silenced_at is None or await _is_barred(session, vendor.id, clock.now()):
        return False
    ours = select(func.count()).where(
        VendorBar.vendor_id == vendor.id, VendorBar.worker_id.is_(None),
        VendorBar.since == vendor.silenced_at,
    )  # fmt: skip
    if not await session.scalar(ours):
        return False
    vendor.silenced_at = None
    await session.flush()
    await announce_published(session, vendor.city_id, [])
    return True


async def _is_barred(session: AsyncSession, vendor_id: UUID, now: datetime) -> bool:
    chosen = select(func.count()).where(
        VendorBar.vendor_id == vendor_id,
        VendorBar.kind != BarKind.RESIDENT,
        VendorBar.worker_id.is_(None),
        VendorBar.lifted_at.is_(None),
        or_(VendorBar.until.is_(None), VendorBar.until > now),
    )
    return bool(await session.scalar(chosen))
