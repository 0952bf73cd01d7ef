"""Every SELECT on work orders and their offers. `visible_to` is where each of a person's starts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import Vendor
from hotline.dispatch.models import (
    Offer,
    VendorFile,
    VendorPerson,
    VendorWorker,
    WorkOrder,
    WorkOrderHistory,
)
from hotline.dispatch.schemas import Names
from hotline.dispatch.states import DonePhoto, OfferState, OrderState
from hotline.errors import NotFound
from hotline.organizations.queries import city_of, district_node, organizations_by_id
from hotline.principal import Principal

ENDED = frozenset({OrderState.COMPLETED, OrderState.RATED, OrderState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and empty mean everything."""

    states: tuple[OrderState, ...] = ()
    district: str | None = None
    vendor_id: UUID | None = None
    ticket_id: UUID | None = None
    number: str | None = None
    overdue_at: datetime | None = None
    owes_photo: bool = False


def visible_to(principal: Principal) -> Select[WorkOrder]:
    """Orders of the districts in the principal's subtree."""
    return select(WorkOrder).where(one_of(WorkOrder.district_id, principal.subtree))


async def order(session: AsyncSession, principal: Principal, order_id: UUID) -> WorkOrder:
    found = await session.scalar(visible_to(principal).where(WorkOrder.id == order_id))
    if found is None:
        raise NotFound
    return found


async def page(
    session: AsyncSession,
    principal: Principal,
    filters: Filters,
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[WorkOrder]:
    """Newest first, after the order `after`."""
    chosen = visible_to(principal).where(*_conditions(filters))
    if filters.district is not None:
        city_id = await city_of(session, principal.organization_id)
        node = await district_node(session, city_id, filters.district)
        chosen = chosen.where(WorkOrder.district_id == (node.id if node else None))
    if after is not None:
        chosen = chosen.where(WorkOrder.id < after)
    return (await session.scalars(chosen.order_by(WorkOrder.id.desc()).limit(limit))).all()


async def counts(
    session: AsyncSession, principal: Principal, now: datetime
) -> tuple[dict[OrderState, int], int]:
    """Orders by state, and those that are overdue."""
    late = func.count().filter(WorkOrder.step_due_at < now)
    chosen = visible_to(principal).group_by(WorkOrder.state)
    rows = await session.execute(chosen.with_only_columns(WorkOrder.state, func.count(), late))
    found = [(OrderState(state), count, overdue) for state, count, overdue in rows]
    return {state: count for state, count, _ in found}, sum(overdue for _, _, overdue in found)


def offers_of(principal: Principal, order_id: UUID) -> Select[Offer]:
    chosen = select(Offer).where(Offer.order_id.in_(_seen(principal, order_id)))
    return chosen.order_by(Offer.turn, Offer.id)


def history_of(principal: Principal, order_id: UUID) -> Select[WorkOrderHistory]:
    chosen = select(WorkOrderHistory).where(
        WorkOrderHistory.order_id.in_(_seen(principal, order_id))
    )
    return chosen.order_by(WorkOrderHistory.at, WorkOrderHistory.id)


async def held_order(session: AsyncSession, order_id: UUID) -> WorkOrder | None:
    """For vendors' and the hotline's own work: as it is now, held until the transaction ends."""
    chosen = select(WorkOrder).where(WorkOrder.id == order_id).with_for_update(key_share=True)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def locked_order(session: AsyncSession, principal: Principal, order_id: UUID) -> WorkOrder:
    """The same for somebody at a desk. Raises NotFound."""
    await order(session, principal, order_id)
    found = await held_order(session, order_id)
    if found is None:
        raise NotFound
    return found


async def fresh_offer(session: AsyncSession, offer_id: UUID) -> Offer | None:
    """As it is now; whoever changes it holds the order's row."""
    chosen = select(Offer).where(Offer.id == offer_id)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def open_offer(session: AsyncSession, order_id: UUID) -> Offer | None:
    return await session.scalar(
        select(Offer)
        .where(Offer.order_id == order_id, Offer.state == OfferState.OPEN)
        .execution_options(populate_existing=True)
    )


async def offered_vendors(session: AsyncSession, order_id: UUID) -> frozenset[UUID]:
    """Who was asked already."""
    chosen = select(Offer.vendor_id).where(Offer.order_id == order_id)
    return frozenset((await session.scalars(chosen)).all())


async def last_offers(
    session: AsyncSession, phone: bytes, states: Iterable[OfferState], since: datetime
) -> Sequence[tuple[Offer, WorkOrder]]:
    """Offers to whoever has that telephone, registered or one of its people's, newest first."""
    rows = await session.execute(
        select(Offer, WorkOrder)
        .join(WorkOrder, WorkOrder.id == Offer.order_id)
        .where(
            Offer.vendor_id.in_(_reached_by(phone)),
            Offer.state.in_(list(states)),
            Offer.created_at > since,
        )
        .order_by(Offer.id.desc())
    )
    return [(offer, order) for offer, order in rows]


async def orders_at_work(session: AsyncSession, phone: bytes) -> Sequence[WorkOrder]:
    """What the vendor with that telephone may report done, the newest first."""
    chosen = select(WorkOrder).where(
        WorkOrder.vendor_id.in_(_reached_by(phone)),
        WorkOrder.state.in_((OrderState.IN_SERVICE, OrderState.REWORK)),
    )
    return (await session.scalars(chosen.order_by(WorkOrder.id.desc()))).all()


async def orders_of_resident(
    session: AsyncSession, phone: bytes, states: Iterable[OrderState]
) -> Sequence[WorkOrder]:
    """The newest first."""
    chosen = select(WorkOrder).where(
        WorkOrder.caller_blind == phone, WorkOrder.state.in_(list(states))
    )
    return (await session.scalars(chosen.order_by(WorkOrder.id.desc()))).all()


async def orders_of_vendor(
    session: AsyncSession, vendor_id: UUID, *, since: datetime
) -> Sequence[WorkOrder]:
    """What it works on, what it finished since, and what still owes a photo, the soonest first."""
    going_on = (
        WorkOrder.state.not_in(list(ENDED))
        | (WorkOrder.ended_at > since)
        | (WorkOrder.done_photo == DonePhoto.OWED)
    )
    chosen = select(WorkOrder).where(WorkOrder.vendor_id == vendor_id, going_on)
    return (await session.scalars(chosen.order_by(WorkOrder.appointment_at, WorkOrder.id))).all()


async def open_offers_of_vendor(
    session: AsyncSession, vendor_id: UUID
) -> Sequence[tuple[Offer, WorkOrder]]:
    rows = await session.execute(
        select(Offer, WorkOrder)
        .join(WorkOrder, WorkOrder.id == Offer.order_id)
        .where(Offer.vendor_id == vendor_id, Offer.state == OfferState.OPEN)
        .order_by(Offer.expires_at)
    )
    return [(offer, order) for offer, order in rows]


async def order_of_ticket(session: AsyncSession, ticket_id: UUID) -> WorkOrder | None:
    """The order that goes on for a ticket, or went; not one that was cancelled."""
    return await session.scalar(
        select(WorkOrder).where(
            WorkOrder.ticket_id == ticket_id, WorkOrder.state != OrderState.CANCELLED
        )
    )


async def names_of(session: AsyncSession, orders: Sequence[WorkOrder | Offer]) -> Names:
    own = [one for one in orders if isinstance(one, WorkOrder)]
    vendors = _known([*(one.vendor_id for one in orders), *(one.chosen_vendor_id for one in own)])
    districts = _known([one.district_id for one in own])
    nodes = await organizations_by_id(session, districts) if districts else {}
    return Names(
        {key: node.district or node.name for key, node in nodes.items()},
        await _vendor_names(session, vendors),
        await _workers(session, _known([one.worker_id for one in own])),
    )


def _reached_by(phone: bytes) -> CompoundSelect[UUID]:
    """Vendors whose telephone that is, registered or one of its people's."""
    registered = select(VendorFile.vendor_id).where(VendorFile.phone_blind == phone)
    own = select(VendorPerson.vendor_id).where(
        VendorPerson.phone_blind == phone, VendorPerson.ended_at.is_(None)
    )
    return registered.union(own)


def _known(ids: Sequence[UUID | None]) -> set[UUID]:
    return {one for one in ids if one is not None}


async def _vendor_names(
    session: AsyncSession, vendor_ids: set[UUID]
) -> dict[UUID, tuple[str, str]]:
    if not vendor_ids:
        return {}
    chosen = select(Vendor.id, Vendor.key, Vendor.name).where(Vendor.id.in_(list(vendor_ids)))
    return {vendor_id: (key, name) for vendor_id, key, name in await session.execute(chosen)}


async def _workers(session: AsyncSession, worker_ids: set[UUID]) -> dict[UUID, VendorWorker]:
    if not worker_ids:
        return {}
    chosen = select(VendorWorker).where(VendorWorker.id.in_(list(worker_ids)))
    return {one.id: one for one in await session.scalars(chosen)}


def _seen(principal: Principal, order_id: UUID) -> Select[UUID]:
    chosen = visible_to(principal).where(WorkOrder.id == order_id)
    return chosen.with_only_columns(WorkOrder.id)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: dict[ColumnElement[bool], bool] = {
        WorkOrder.state.in_(filters.states): bool(filters.states),
        WorkOrder.vendor_id == filters.vendor_id: filters.vendor_id is not None,
        WorkOrder.ticket_id == filters.ticket_id: filters.ticket_id is not None,
        WorkOrder.number == filters.number: filters.number is not None,
        WorkOrder.step_due_at < (filters.overdue_at or func.now()): filters.overdue_at is not None,
        WorkOrder.done_photo == DonePhoto.OWED: filters.owes_photo,
    }
    return [condition for condition, is_wanted in wanted.items() if is_wanted]
