"""What vendors are marked by, counted for a month; their grades, bars and appeals."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import SQLCoreOperations

from hotline import clock
from hotline.directory.models import DirectoryEntry, Vendor
from hotline.dispatch.ledger import deposit
from hotline.dispatch.ledger_models import LedgerLine
from hotline.dispatch.ledger_queries import balances_by_vendor, vendors_visible_to
from hotline.dispatch.models import Offer, VendorBar, VendorWorker, WorkOrder, WorkOrderHistory
from hotline.dispatch.rules import Move
from hotline.dispatch.settlement_figures import month_after
from hotline.dispatch.standing import SATISFIED_FROM, Count, Counts, Mark
from hotline.dispatch.standing_models import AppealState, VendorAppeal, VendorStanding
from hotline.dispatch.states import BarKind, OfferState, OrderState
from hotline.errors import NotFound
from hotline.principal import Principal

GRACE = timedelta(minutes=15)
"""So much later than agreed is still on time."""

_ANSWERED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED)
_LOST = (Move.WITHDRAW, Move.REASSIGN, Move.VOID)


async def month_counts(session: AsyncSession, city_id: UUID, month: date) -> Mapping[UUID, Counts]:
    """By vendor; whoever had no case in the month is left out."""
    first, until = span(month)
    found: defaultdict[UUID, dict[Mark, Count]] = defaultdict(dict)
    for mark, chosen in (
        (Mark.SATISFIED, _rated(city_id, first, until)),
        (Mark.ON_TIME, _visits(city_id, first, until)),
        (Mark.ACCEPTED, _offers(city_id, first, until)),
    ):
        for vendor_id, good, count in await session.execute(chosen):
            found[vendor_id][mark] = Count(good, count)
    done = await _by_vendor(session, _done(city_id, first, until))
    lost = await _by_vendor(session, _lost(city_id, first, until))
    argued = await _by_vendor(session, _argued(city_id, first, until))
    for vendor_id in done.keys() | lost.keys() | argued.keys():
        finished, gone = done.get(vendor_id, set()), lost.get(vendor_id, set())
        about = argued.get(vendor_id, set())
        kept = finished - gone
        found[vendor_id][Mark.COMPLETED] = Count(len(kept), len(kept | gone))
        found[vendor_id][Mark.WITHOUT_COMPLAINT] = Count(
            len(finished - about), len(finished | about)
        )
    return dict(found)


def span(month: date) -> tuple[datetime, datetime]:
    """From its first moment until that of the next month, by the city's wall clock."""
    days = (month, month_after(month))
    first, until = (datetime.combine(day, time(), clock.LOCAL) for day in days)
    return first, until


async def warned_in(session: AsyncSession, city_id: UUID, month: date) -> frozenset[UUID]:
    chosen = select(VendorStanding.vendor_id).where(
        VendorStanding.city_id == city_id,
        VendorStanding.month == month,
        VendorStanding.is_warned,
    )
    return frozenset((await session.scalars(chosen)).all())


async def ungraded(session: AsyncSession, city_id: UUID, month: date) -> Sequence[Vendor]:
    """Vendors that have no grade for the month yet, held against each other."""
    graded = select(VendorStanding.vendor_id).where(VendorStanding.month == month)
    chosen = select(Vendor).where(Vendor.city_id == city_id, Vendor.id.not_in(graded))
    return (await session.scalars(chosen.order_by(Vendor.id).with_for_update(key_share=True))).all()


def standings(principal: Principal, month: date) -> Select[VendorStanding]:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    return select(VendorStanding).where(
        VendorStanding.vendor_id.in_(visible), VendorStanding.month == month
    )


async def latest_month(session: AsyncSession, principal: Principal) -> date | None:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    chosen = select(func.max(VendorStanding.month)).where(VendorStanding.vendor_id.in_(visible))
    return await session.scalar(chosen)


async def standings_of(
    session: AsyncSession, vendor_id: UUID, *, limit: int = 12
) -> Sequence[VendorStanding]:
    """Newest first."""
    chosen = select(VendorStanding).where(VendorStanding.vendor_id == vendor_id)
    ordered = chosen.order_by(VendorStanding.month.desc()).limit(limit)
    return (await session.scalars(ordered)).all()


async def bars_of(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorBar]:
    """Suspensions and blacklistings, newest first; not what single residents wish."""
    chosen = select(VendorBar).where(
        VendorBar.vendor_id == vendor_id, VendorBar.kind != BarKind.RESIDENT
    )
    return (await session.scalars(chosen.order_by(VendorBar.id.desc()))).all()


async def badges_of(session: AsyncSession, worker_ids: Collection[UUID]) -> dict[UUID, str]:
    """Masked name and badge."""
    chosen = select(VendorWorker).where(VendorWorker.id.in_(list(worker_ids)))
    return {one.id: f"{one.name_masked} {one.badge}" for one in await session.scalars(chosen)}


async def bar(session: AsyncSession, principal: Principal, bar_id: UUID) -> VendorBar:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    chosen = select(VendorBar).where(
        VendorBar.id == bar_id,
        VendorBar.vendor_id.in_(visible),
        VendorBar.kind != BarKind.RESIDENT,
    )
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def appeals(principal: Principal) -> Select[VendorAppeal]:
    """Those that wait first, then the newest."""
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    chosen = select(VendorAppeal).where(VendorAppeal.vendor_id.in_(visible))
    is_open = VendorAppeal.state == AppealState.OPEN
    return chosen.order_by(is_open.desc(), VendorAppeal.id.desc())


async def locked_appeal(
    session: AsyncSession, principal: Principal, appeal_id: UUID
) -> VendorAppeal:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    chosen = select(VendorAppeal).where(
        VendorAppeal.id == appeal_id, VendorAppeal.vendor_id.in_(visible)
    )
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def appeals_of(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorAppeal]:
    """For the vendor itself, newest first."""
    chosen = select(VendorAppeal).where(VendorAppeal.vendor_id == vendor_id)
    return (await session.scalars(chosen.order_by(VendorAppeal.id.desc()))).all()


async def roster(session: AsyncSession, principal: Principal) -> Sequence[Vendor]:
    """Every vendor that the principal may see, in the order of the directory."""
    chosen = vendors_visible_to(principal).order_by(Vendor.position)
    return (await session.scalars(chosen)).all()


async def deposits(session: AsyncSession, vendor_ids: Sequence[UUID]) -> dict[UUID, int]:
    """In cents, as the ledger has them."""
    sums = await balances_by_vendor(session, LedgerLine.vendor_id.in_(vendor_ids))
    return {vendor_id: deposit(of_vendor) for vendor_id, of_vendor in sums.items()}


async def service_names(session: AsyncSession, city_ids: Collection[UUID]) -> dict[str, str]:
    """The names of the city's entries, by key."""
    chosen = select(DirectoryEntry.key, DirectoryEntry.name)
    rows = await session.execute(chosen.where(DirectoryEntry.city_id.in_(city_ids)))
    return {key: name for key, name in rows}


def _rated(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    good = func.count().filter(WorkOrder.rating >= SATISFIED_FROM)
    return _marked(good, city_id).where(
        WorkOrder.rating.is_not(None), WorkOrder.rated_at >= first, WorkOrder.rated_at < until
    )


def _visits(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    good = func.count().filter(WorkOrder.arrived_at <= WorkOrder.appointment_at + GRACE)
    return _marked(good, city_id).where(
        WorkOrder.appointment_at.is_not(None),
        WorkOrder.arrived_at >= first,
        WorkOrder.arrived_at < until,
    )


def _marked(good: ColumnElement[int], city_id: UUID) -> Select[*tuple[Any, ...]]:
    chosen = select(WorkOrder.vendor_id, good, func.count())
    ours = chosen.where(WorkOrder.city_id == city_id, WorkOrder.vendor_id.is_not(None))
    return ours.group_by(WorkOrder.vendor_id)


def _offers(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    good = func.count().filter(Offer.state == OfferState.ACCEPTED)
    return (
        select(Offer.vendor_id, good, func.count())
        .join(WorkOrder, WorkOrder.id == Offer.order_id)
        .where(
            WorkOrder.city_id == city_id,
            Offer.state.in_(_ANSWERED),
            Offer.created_at >= first,
            Offer.created_at < until,
        )
        .group_by(Offer.vendor_id)
    )


def _done(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    return select(WorkOrder.vendor_id, WorkOrder.id).where(
        WorkOrder.city_id == city_id,
        WorkOrder.vendor_id.is_not(None),
        WorkOrder.state.in_([OrderState.COMPLETED, OrderState.RATED, OrderState.REWORK]),
        WorkOrder.ended_at >= first,
        WorkOrder.ended_at < until,
    )


def _lost(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Orders that a vendor had and gave back, lost, or had to be voided after a dispute."""
    had = func.coalesce(
        WorkOrderHistory.before["vendor_id"].astext.cast(UUIDColumn(as_uuid=True)),
        WorkOrder.vendor_id,
    )
    return _happened(had, city_id, first, until).where(WorkOrderHistory.move.in_(_LOST))


def _argued(city_id: UUID, first: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    about = WorkOrder.vendor_id.is_not(None)
    chosen = _happened(WorkOrder.vendor_id, city_id, first, until).where(about)
    return chosen.where(WorkOrderHistory.move == Move.DISPUTE)


def _happened(
    vendor_id: SQLCoreOperations[Any], city_id: UUID, first: datetime, until: datetime
) -> Select[*tuple[Any, ...]]:
    return (
        select(vendor_id, WorkOrder.id)
        .select_from(WorkOrderHistory)
        .join(WorkOrder, WorkOrder.id == WorkOrderHistory.order_id)
        .where(
            WorkOrder.city_id == city_id,
            WorkOrderHistory.at >= first,
            WorkOrderHistory.at < until,
        )
    )


async def _by_vendor(
    session: AsyncSession, chosen: Select[*tuple[Any, ...]]
) -> dict[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for vendor_id, order_id in await session.execute(chosen):
        if vendor_id is not None:
            found[vendor_id].add(order_id)
    return dict(found)
