"""Open a work order: from a ticket, by a call, an agent or the portal."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.consents.service import Answered, note
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import uuid7
from hotline.directory import queries as directory
from hotline.directory.models import Vendor
from hotline.dispatch import order_words, queries, work
from hotline.dispatch.actors import machine, staff
from hotline.dispatch.errors import NotDispatchable, OrderExists
from hotline.dispatch.models import WorkOrder, work_order_number
from hotline.dispatch.order_changes import record, snapshot
from hotline.dispatch.phrases import phrase
from hotline.dispatch.schemas import OrderPatch
from hotline.dispatch.states import Consent, OrderState, Urgency
from hotline.errors import IllegalMove, NotFound, StaleVersion
from hotline.organizations.queries import city_of, district_node
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.tickets import queries as tickets
from hotline.tickets import service as ticket_service
from hotline.tickets.models import Ticket, TicketKind

DISPATCHED = "dispatch"
_BEFORE_ACCEPTED = (OrderState.TO_OFFER, OrderState.OFFERED, OrderState.UNPLACED)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the resident wants beside the service; what is None comes from the ticket.

    `start_at` is when the first offer goes out: later where more is still to be said.
    """

    needs: str | None = None
    caller_number: str | None = None
    address: str | None = None
    wanted_when: str | None = None
    appointment_at: datetime | None = None
    consent: Consent = Consent.UNASKED
    consent_how: str | None = None
    consent_wording: str | None = None
    chosen_vendor_id: UUID | None = None
    is_elder: bool = False
    urgency: Urgency = Urgency.NORMAL
    start_at: datetime | None = None


async def open_order(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    wishes: Wishes,
    entry_id: str | None = None,
    district: str | None = None,
) -> WorkOrder:
    """The order of a ticket, and its first offer as a job.

    Raises NotFound, NotDispatchable (no service of vendors, or no district), OrderExists.
    """
    ticket = await tickets.locked_ticket(session, principal, ticket_id)
    if await queries.order_of_ticket(session, ticket.id) is not None:
        raise OrderExists
    order = await _drawn_up(session, ticket, entry_id, district)
    await _fill(session, order, ticket, wishes, principal)
    try:
        async with session.begin_nested():
            session.add(order)
    except IntegrityError as error:
        raise OrderExists from error
    await record(session, staff(principal), order, was=None, name="work_order.opened")
    await _tell_ticket(session, principal, order)
    await work.offer_next(session, order.id, run_at=wishes.start_at)
    return order


async def order_service(
    session: AsyncSession,
    principal: Principal,
    *,
    entry_id: str,
    district: str,
    wishes: Wishes,
    call_id: UUID | None = None,
) -> WorkOrder:
    """Ticket and order in one: for the portal's form, where no ticket stands yet."""
    city_id = await city_of(session, principal.organization_id)
    entry = await directory.entry_by_key(session, city_id, entry_id)
    if entry is None or entry.handoff != DISPATCHED:
        raise NotDispatchable
    ticket = await ticket_service.open_ticket(
        session,
        principal,
        kind=TicketKind.SERVICE,
        title=entry.name,
        description=wishes.needs or entry.name,
        district=district,
        entry_id=entry_id,
        caller_number=wishes.caller_number,
        call_id=call_id,
        address=wishes.address,
    )
    return await open_order(session, principal, ticket.id, wishes=wishes)


async def add_to_order(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    address: str | None = None,
    wanted_when: str | None = None,
) -> None:
    """What the caller said after the order was opened; the first offer need not wait longer."""
    known = await queries.order_of_ticket(session, ticket_id)
    order = await queries.held_order(session, known.id) if known else None
    if order is None or order.state not in _BEFORE_ACCEPTED:
        return
    was = snapshot(order)
    await _place(session, order, address)
    if wanted_when is not None:
        order.wanted_when = mask_text(wanted_when)[:100]
    await record(session, staff(principal), order, was=was, name="work_order.updated")
    if order.state == OrderState.TO_OFFER:
        await work.offer_next(session, order.id)


async def amend_order(
    session: AsyncSession, principal: Principal, order_id: UUID, patch: OrderPatch
) -> WorkOrder:
    """Put right what an agent learned, until somebody has accepted."""
    order = await queries.locked_order(session, principal, order_id)
    if order.version != patch.version:
        raise StaleVersion
    if order.state not in _BEFORE_ACCEPTED:
        raise IllegalMove
    was = snapshot(order)
    await _place(session, order, patch.address)
    if patch.wanted_when is not None:
        order.wanted_when = mask_text(patch.wanted_when)
    if patch.is_elder is not None:
        order.is_elder = patch.is_elder
    if patch.consent is not None:
        await _consent(session, order, patch.consent, Wishes(), principal)
    await record(session, staff(principal), order, was=was, name="work_order.updated")
    return order


async def _drawn_up(
    session: AsyncSession, ticket: Ticket, entry_id: str | None, district: str | None
) -> WorkOrder:
    entry = await directory.entry_by_key(
        session, ticket.city_id, entry_id or ticket.entry_key or ""
    )
    place = ticket.district_id
    if district is not None:
        node = await district_node(session, ticket.city_id, district)
        place = node.id if node else None
    if entry is None or entry.handoff != DISPATCHED or place is None:
        raise NotDispatchable
    return WorkOrder(
        id=uuid7(),
        number=await _next_number(session),
        city_id=ticket.city_id,
        district_id=place,
        ticket_id=ticket.id,
        call_id=ticket.call_id,
        entry_key=entry.id,
        service=entry.name,
        category=entry.category,
        seed=secrets.randbits(31),
        state=OrderState.TO_OFFER,
    )


async def _fill(
    session: AsyncSession, order: WorkOrder, ticket: Ticket, wishes: Wishes, by: Principal
) -> None:
    order.urgency, order.is_elder = wishes.urgency, wishes.is_elder
    order.needs = mask_text(wishes.needs or ticket.description)[:500]
    number = wishes.caller_number or ticket_service.caller_of(session, ticket)
    order_words.set_caller(session, order, number)
    await _place(session, order, wishes.address or ticket_service.address_of(session, ticket))
    if ticket.confidential:
        order.caller_masked = order.address_masked = None
    order.wanted_when = mask_text(wishes.wanted_when)[:100] if wishes.wanted_when else None
    order.appointment_at = wishes.appointment_at
    if wishes.chosen_vendor_id is not None:
        chosen = await session.get(Vendor, wishes.chosen_vendor_id)
        if chosen is None or chosen.city_id != ticket.city_id:
            raise NotFound
        order.chosen_vendor_id = chosen.id
    if wishes.consent is not Consent.UNASKED:
        await _consent(session, order, wishes.consent, wishes, by)


async def withdraw_consent(
    session: AsyncSession, principal: Principal, order_id: UUID, *, reason: str | None = None
) -> WorkOrder:
    """From now on the vendor is connected by the hotline, whatever it was shown before."""
    order = await queries.locked_order(session, principal, order_id)
    if order.consent != Consent.GIVEN:
        raise IllegalMove
    was = snapshot(order)
    by_agent = Wishes(consent_how=Channel.AGENT)
    await _consent(session, order, Consent.REFUSED, by_agent, principal, reason=reason)
    await record(session, staff(principal), order, was=was, name="work_order.updated")
    return order


async def _consent(
    session: AsyncSession, order: WorkOrder, consent: Consent, wishes: Wishes, by: Principal,
    *, reason: str | None = None,
) -> None:  # fmt: skip
    """The order says how it is now, the ledger how it came to be."""
    was_given = order.consent == Consent.GIVEN
    answer = Answer.GIVEN if consent is Consent.GIVEN else Answer.REFUSED
    order.consent, order.consent_at = consent, clock.now()
    order.consent_how = wishes.consent_how or Channel.AGENT
    await note(session, Answered(
        order.city_id, f"work_order:{order.id}", Purpose.VENDOR_NUMBER,
        Answer.WITHDRAWN if was_given and answer is Answer.REFUSED else answer,
        Channel(order.consent_how), order.caller_blind, wishes.consent_wording, reason,
    ), by)  # fmt: skip


async def _place(session: AsyncSession, order: WorkOrder, address: str | None) -> None:
    """The address sealed, and roughly where it is."""
    if address is None:
        return
    order_words.set_address(session, order, address)
    place = await order_words.place_in(session, order.city_id, address)
    if place is not None:
        order.lat, order.lon = place.lat, place.lon


async def _next_number(session: AsyncSession) -> str:
    """`P1125-000123`: the day in the city, then a number that no other order of the day has."""
    value = await session.scalar(select(work_order_number.next_value()))
    return f"P{clock.local(clock.now()):%m%d}-{int(value or 0) % 1_000_000:06d}"


async def _tell_ticket(session: AsyncSession, principal: Principal, order: WorkOrder) -> None:
    names = await queries.names_of(session, [order])
    text = phrase("order_opened", number=order.number)
    if order.chosen_vendor_id is not None:
        _, vendor = names.vendors[order.chosen_vendor_id]
        text = phrase("order_opened_chosen", number=order.number, vendor=vendor)
    acting = principal if principal.account_id else await machine(session, order.city_id)
    await ticket_service.comment_ticket(session, acting, order.ticket_id, text=text)
