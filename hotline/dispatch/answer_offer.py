"""A vendor answers an offer: by link, text message, key, or through somebody at a desk.

The first valid acceptance wins by the order's row; the same answer twice changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch import actors, offering, queries, work
from hotline.dispatch.candidates import is_barred
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.order_effects import may_take
from hotline.dispatch.order_sequels import end_offer, withdraw_offer
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import OfferState, OrderState
from hotline.jobs import service as jobs
from hotline.privacy import mask_text

_NOBODY_HAS_IT = frozenset({OrderState.TO_OFFER, OrderState.UNPLACED})
_LATE = frozenset({OfferState.EXPIRED, OfferState.FAILED})


class Answered(StrEnum):
    """What came of an answer."""

    WON = "won"
    DECLINED = "declined"
    OVER = "over"


class By(StrEnum):
    """Which way the answer came."""

    LINK = "link"
    PAGES = "pages"
    SMS = "sms"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class _Held:
    order: WorkOrder
    offer: Offer
    vendor: Vendor


async def accept_offer(
    session: AsyncSession, offer_id: UUID, *, by: By, person: str | None = None
) -> Answered:
    """Whether the vendor has the order now; also where it had it before."""
    held = await _held(session, offer_id)
    if held is None:
        return Answered.OVER
    order, offer, vendor = held.order, held.offer, held.vendor
    if offer.state == OfferState.ACCEPTED:
        return Answered.WON if order.vendor_id == vendor.id else Answered.OVER
    if not await _may_accept(session, held):
        return Answered.OVER
    if offer.state != OfferState.OPEN:
        await withdraw_offer(session, order)
    _note(offer, OfferState.ACCEPTED, by)
    await end_offer(session, offer)
    await jobs.cancel(session, work.OFFER_NEXT, str(order.id))
    await offering.note_answered(session, vendor.id)
    wanted = OrderMoveIn(move=Move.ACCEPT, version=order.version)
    await make_move(session, actors.vendor(vendor.id, vendor.name, person), order, wanted)
    return Answered.WON


async def decline_offer(
    session: AsyncSession, offer_id: UUID, *, by: By, code: str, note: str | None = None,
    person: str | None = None,
) -> Answered:  # fmt: skip
    """With a reason; the next vendor is asked at once."""
    held = await _held(session, offer_id)
    if held is None:
        return Answered.OVER
    order, offer, vendor = held.order, held.offer, held.vendor
    if offer.state == OfferState.DECLINED:
        return Answered.DECLINED
    if offer.state != OfferState.OPEN:
        return Answered.OVER
    _note(offer, OfferState.DECLINED, by)
    offer.decline_code = code
    offer.decline_note = mask_text(note)[:200] if note else None
    await end_offer(session, offer)
    await offering.count_silence(session, vendor.id)
    wanted = OrderMoveIn(move=Move.DECLINE, version=order.version, reason_code=code, note=note)
    await make_move(session, actors.vendor(vendor.id, vendor.name, person), order, wanted)
    return Answered.DECLINED


async def _held(session: AsyncSession, offer_id: UUID) -> _Held | None:
    """The order is held first, so that of two answers the second sees what the first did."""
    known = await queries.fresh_offer(session, offer_id)
    order = await queries.held_order(session, known.order_id) if known else None
    offer = await queries.fresh_offer(session, offer_id)
    if order is None or offer is None:
        return None
    vendor = await session.get_one(Vendor, offer.vendor_id, populate_existing=True)
    return _Held(order, offer, vendor)


async def _may_accept(session: AsyncSession, held: _Held) -> bool:
    """In time; or late, while nobody else has the order or is being asked."""
    offer, order = held.offer, held.order
    in_time = offer.state == OfferState.OPEN and offer.expires_at > clock.now()
    is_late = offer.state in _LATE and order.state in _NOBODY_HAS_IT
    now = clock.now()
    if not (in_time or is_late) or not may_take(held.vendor, order, now):
        return False
    return not await is_barred(session, held.vendor.id, now)


def _note(offer: Offer, state: OfferState, by: By) -> None:
    offer.state, offer.answered_at, offer.answered_by = state, clock.now(), by
