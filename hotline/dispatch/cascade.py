"""Offer an order to one vendor after the other until somebody accepts, or give it back.

Everything here runs in the transaction that ends its job, with the order's row held: a step and
its job end together or not at all, so a restart neither loses an offer nor makes one twice.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import actors, offering, queries, work
from hotline.dispatch.candidates import candidates_for
from hotline.dispatch.choose_vendor import Choice, choose_vendor
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import OfferState, OrderState, Urgency
from hotline.dispatch.vendor_files import file_of
from hotline.organizations.queries import organization

ANSWER_WITHIN = timedelta(minutes=10)
ANSWER_URGENT_WITHIN = timedelta(minutes=3)
CLOCKS_DIFFER = timedelta(seconds=1)
MOST_OFFERS = 12
"""Then the resident has waited long enough and a person calls."""


async def offer_next(session: AsyncSession, order_id: UUID) -> Offer | None:
    """Ask the next vendor; None where nobody is left to be asked, or nothing is to be offered."""
    order = await queries.held_order(session, order_id)
    if order is None or order.state != OrderState.TO_OFFER:
        return None
    choice = await _choose(session, order)
    if choice.vendor_id is None or order.offer_count >= MOST_OFFERS:
        await _move(session, order, Move.GIVE_BACK)
        return None
    return await _offer(session, order, choice)


async def expire_offer(session: AsyncSession, offer_id: UUID) -> None:
    """The vendor said nothing in time."""
    await _end(session, offer_id, OfferState.EXPIRED, only_when_due=True)


async def fail_offer(session: AsyncSession, offer_id: UUID) -> None:
    """The vendor cannot be reached at all: nobody need wait for it."""
    await _end(session, offer_id, OfferState.FAILED, only_when_due=False)


async def _end(
    session: AsyncSession, offer_id: UUID, state: OfferState, *, only_when_due: bool
) -> None:
    known = await queries.fresh_offer(session, offer_id)
    order = await queries.held_order(session, known.order_id) if known else None
    offer = await queries.fresh_offer(session, offer_id)
    if order is None or offer is None or offer.state != OfferState.OPEN:
        return
    if only_when_due and offer.expires_at > clock.now():
        # The database's clock is a little ahead of ours: the hour is still to come.
        await work.expire_offer(session, offer.id, offer.expires_at + CLOCKS_DIFFER)
        return
    offer.state = state
    await offering.count_silence(session, offer.vendor_id)
    await _move(session, order, Move.TIME_OUT)


async def _choose(session: AsyncSession, order: WorkOrder) -> Choice:
    place = await organization(session, order.district_id)
    district = place.district or place.name
    candidates = await candidates_for(session, order, district, clock.now())
    own = str(order.chosen_vendor_id) if order.chosen_vendor_id else None
    return choose_vendor(candidates, seed=order.seed + order.offer_count, own_choice=own)


async def _offer(session: AsyncSession, order: WorkOrder, choice: Choice) -> Offer:
    vendor = await session.get_one(Vendor, UUID(choice.vendor_id))
    file = await file_of(session, vendor)
    is_urgent = order.urgency == Urgency.URGENT
    order.offer_count += 1
    offer = Offer(
        id=uuid7(),
        order_id=order.id,
        vendor_id=vendor.id,
        turn=order.offer_count,
        channel=file.channel,
        reason=dict(choice.reason),
        expires_at=clock.now() + (ANSWER_URGENT_WITHIN if is_urgent else ANSWER_WITHIN),
    )
    session.add(offer)
    order.step_due_at = offer.expires_at
    await _move(session, order, Move.OFFER)
    await work.expire_offer(session, offer.id, offer.expires_at)
    await offering.bring(session, order, offer)
    return offer


async def _move(session: AsyncSession, order: WorkOrder, move: Move) -> None:
    wanted = OrderMoveIn(move=move, version=order.version)
    await make_move(session, actors.hotline(), order, wanted)
