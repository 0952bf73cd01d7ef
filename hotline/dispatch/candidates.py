"""Read what the choice of a vendor looks at: one picture of every vendor of the service."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import DirectoryEntry, Vendor, VendorService
from hotline.directory.vendors import has_papers
from hotline.dispatch import queries
from hotline.dispatch.choose_vendor import Candidate
from hotline.dispatch.models import Offer, VendorBar, VendorFile, WorkOrder
from hotline.dispatch.states import BarKind, OfferState, OrderState
from hotline.organizations.hours import is_open

RECENT = timedelta(days=30)
NEW_FOR = timedelta(days=90)
EARTH_KM = 6371.0
_TURNS = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED)
_BUSY = frozenset(OrderState) - queries.ENDED - {
    OrderState.TO_OFFER, OrderState.OFFERED, OrderState.UNPLACED, OrderState.DISPUTED,
    OrderState.TO_PAY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Counts:
    """What each vendor had lately."""

    busy: Mapping[UUID, int]
    month: Mapping[UUID, int]
    turns: Sequence[tuple[UUID, datetime]]


@dataclass(frozen=True, slots=True)
class _Picture:
    """Everything that is known about the moment of the choice."""

    order: WorkOrder
    district: str
    now: datetime
    counts: _Counts
    bars: Sequence[VendorBar]
    asked: frozenset[UUID]
    cooling: frozenset[UUID]

    @property
    def today(self) -> date:
        return clock.local(self.now).date()


async def candidates_for(
    session: AsyncSession, order: WorkOrder, district: str, now: datetime
) -> list[Candidate]:
    """Every vendor of the service in the city, fit or not: the reason names them all."""
    vendors = list(await session.scalars(_serving(order)))
    ids = [one.id for one in vendors]
    picture = _Picture(
        order=order,
        district=district,
        now=now,
        counts=await _counts(session, order, ids, now),
        bars=list(await session.scalars(_bars(ids, now))),
        asked=await queries.offered_vendors(session, order.id),
        cooling=await _cooling(session, ids, now),
    )
    return [_candidate(one, picture) for one in vendors]


async def is_barred(session: AsyncSession, vendor_id: UUID, now: datetime) -> bool:
    bars = await session.scalars(_bars([vendor_id], now))
    return any(bar.kind != BarKind.RESIDENT and bar.worker_id is None for bar in bars)


def _serving(order: WorkOrder) -> Select[Vendor]:
    return (
        select(Vendor)
        .join(VendorService, VendorService.vendor_id == Vendor.id)
        .join(DirectoryEntry, DirectoryEntry.id == VendorService.entry_id)
        .where(Vendor.city_id == order.city_id, DirectoryEntry.key == order.entry_key)
        .order_by(Vendor.position)
        .execution_options(populate_existing=True)
    )


def _bars(vendor_ids: Iterable[UUID], now: datetime) -> Select[VendorBar]:
    return select(VendorBar).where(
        VendorBar.vendor_id.in_(list(vendor_ids)),
        VendorBar.lifted_at.is_(None),
        VendorBar.since <= now,
        or_(VendorBar.until.is_(None), VendorBar.until > now),
    )


async def _cooling(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> frozenset[UUID]:
    chosen = select(VendorFile.vendor_id).where(
        VendorFile.vendor_id.in_(ids), VendorFile.cooling_until > now
    )
    return frozenset((await session.scalars(chosen)).all())


async def _counts(
    session: AsyncSession, order: WorkOrder, ids: Sequence[UUID], now: datetime
) -> _Counts:
    month = _month_start(now)
    is_of_month = and_(WorkOrder.accepted_at >= month, WorkOrder.category == order.category)
    held = (
        select(
            WorkOrder.vendor_id,
            func.count().filter(WorkOrder.state.in_(list(_BUSY))),
            func.count().filter(is_of_month),
        )
        .where(WorkOrder.vendor_id.in_(ids))
        .group_by(WorkOrder.vendor_id)
    )
    rows = [(vendor_id, busy, got) for vendor_id, busy, got in await session.execute(held)]
    turns = await session.execute(
        select(Offer.vendor_id, Offer.created_at)
        .join(WorkOrder, WorkOrder.id == Offer.order_id)
        .where(
            Offer.vendor_id.in_(ids),
            Offer.state.in_(_TURNS),
            Offer.created_at > now - RECENT,
            WorkOrder.category == order.category,
        )
    )
    return _Counts(
        {vendor_id: busy for vendor_id, busy, _ in rows if vendor_id},
        {vendor_id: got for vendor_id, _, got in rows if vendor_id},
        [(vendor_id, at) for vendor_id, at in turns],
    )


def _candidate(vendor: Vendor, seen: _Picture) -> Candidate:
    own = [bar for bar in seen.bars if bar.vendor_id == vendor.id and bar.worker_id is None]
    joined = _midnight(vendor.joined_on)
    counts = seen.counts
    return Candidate(
        vendor_id=str(vendor.id),
        grade=vendor.grade,
        is_active=vendor.standing == "active",
        serves_district=seen.district in vendor.districts,
        is_open=is_open(vendor.hours, seen.now),
        has_valid_papers=has_papers(vendor.vetting, seen.order.entry_key, seen.today),
        is_barred=any(bar.kind != BarKind.RESIDENT for bar in own),
        is_barred_here=_bars_resident(own, seen.order.caller_blind),
        is_cooling=vendor.id in seen.cooling,
        is_new=joined > seen.now - NEW_FOR,
        was_offered=vendor.id in seen.asked,
        open_orders=counts.busy.get(vendor.id, 0),
        capacity=vendor.capacity,
        turns=sum(vendor_id == vendor.id for vendor_id, _ in counts.turns),
        missed=sum(at < joined for _, at in counts.turns),
        month_orders=counts.month.get(vendor.id, 0),
        distance_km=_distance(seen.order, vendor),
    )


def _bars_resident(bars: Sequence[VendorBar], caller: bytes | None) -> bool:
    return caller is not None and any(
        bar.kind == BarKind.RESIDENT and bar.resident_blind == caller for bar in bars
    )


def _distance(order: WorkOrder, vendor: Vendor) -> float | None:
    """Great circle (haversine), in kilometres; None where the order has no place on the map."""
    if order.lat is None or order.lon is None:
        return None
    lat, lon, there, east = map(radians, (order.lat, order.lon, vendor.lat, vendor.lon))
    half = sin((there - lat) / 2) ** 2 + cos(lat) * cos(there) * sin((east - lon) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)), 2)


def _month_start(now: datetime) -> datetime:
    return clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LOCAL).astimezone(UTC)
