"""What changes on an order with a move; `moves.py` says which effects a move has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db.snapshots import Snapshot
from hotline.directory.models import Vendor
from hotline.directory.vendors import has_papers
from hotline.dispatch import queries, work, workers
from hotline.dispatch.actors import Actor
from hotline.dispatch.done_photo import reported_with
from hotline.dispatch.errors import (
    AmountAboveQuote,
    OrderMoveNotNow,
    PhotoMissing,
    VendorSilenced,
)
from hotline.dispatch.links import close_order_links
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.quotes import WARRANTY_DAYS, ListPrice, may_charge
from hotline.dispatch.rules import Move, Who
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import DonePhoto, OfferState, OrderState, QuoteBasis
from hotline.errors import NotFound
from hotline.privacy import mask_text

CENTS = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A move that was found legal and is being carried out; the order's row is held."""

    session: AsyncSession
    actor: Actor
    order: WorkOrder
    move: Move
    wanted: OrderMoveIn
    now: datetime
    was: Snapshot

    @property
    def before(self) -> OrderState:
        return OrderState(self.was["state"])

    @property
    def worker_before(self) -> UUID | None:
        return self._id("worker_id")

    @property
    def vendor_before(self) -> UUID | None:
        return self._id("vendor_id")

    def _id(self, column: str) -> UUID | None:
        text = self.was[column]
        return UUID(text) if text else None


def list_price(order: WorkOrder) -> ListPrice | None:
    """The winner's list as it was when it accepted."""
    if order.list_min_cents is None or order.list_max_cents is None:
        return None
    return ListPrice(order.list_min_cents, order.list_max_cents, order.list_unit or "")


def may_take(vendor: Vendor, order: WorkOrder, now: datetime) -> bool:
    """Whatever silenced the vendor since it was asked counts."""
    is_vetted = has_papers(vendor.vetting, order.entry_key, clock.local(now).date())
    return vendor.standing == "active" and is_vetted


async def take(made: Made) -> None:
    """The vendor is who acts, or whom somebody at a desk names for it."""
    order = made.order
    vendor_id = made.actor.vendor_id or made.wanted.vendor_id or await _offered(made)
    vendor = await made.session.get(Vendor, vendor_id) if vendor_id else None
    if vendor is None:
        raise NotFound
    if not may_take(vendor, order, made.now):
        raise VendorSilenced
    order.vendor_id, order.accepted_at = vendor.id, made.now
    order.appointment_at = made.wanted.appointment_at or order.appointment_at
    price = next((one for one in vendor.price_list if one["service_id"] == order.entry_key), None)
    if price is not None:
        order.list_min_cents = round(price["price_min"] * CENTS)
        order.list_max_cents = round(price["price_max"] * CENTS)
        order.list_unit = price["unit"]


async def name_worker(made: Made) -> None:
    """Raises NotFound, WorkerUnfit, OrderMoveNotNow (it is they already)."""
    order, worker_id = made.order, made.wanted.worker_id
    assert worker_id is not None
    if worker_id == order.worker_id:
        raise OrderMoveNotNow(move=made.move, state=order.state)
    order.worker_id = (await workers.fit_worker(made.session, order, worker_id, made.now)).id


async def check_worker(made: Made) -> None:
    """Papers may have run out since they were named. Raises WorkerUnfit."""
    if made.order.worker_id is not None:
        await workers.fit_worker(made.session, made.order, made.order.worker_id, made.now)


async def lose_vendor(made: Made) -> None:
    """Nothing of the vendor's work stays but the history."""
    order = made.order
    await close_order_links(made.session, order.id)
    order.vendor_id = order.worker_id = order.accepted_at = None
    order.on_the_way_at = order.arrived_at = None
    order.list_min_cents = order.list_max_cents = order.list_unit = None
    _forget_quote(order)
    _forget_photos(order)
    order.reason_code = made.wanted.reason_code
    order.chosen_vendor_id = made.wanted.vendor_id


async def keep_quote(made: Made) -> None:
    order, wanted = made.order, made.wanted
    order.quote_cents, order.quote_quantity = wanted.amount, wanted.quantity
    order.quote_note = mask_text(wanted.note)[:200] if wanted.note else None
    order.quote_basis = order.quote_confirmed_at = None
    if made.move is Move.QUOTE:
        order.quote_basis, order.quote_confirmed_at = QuoteBasis.WITHIN_LIST, made.now


async def confirm(made: Made) -> None:
    is_own = made.actor.who is Who.RESIDENT
    made.order.quote_basis = QuoteBasis.CODE if is_own else QuoteBasis.AGENT
    made.order.quote_confirmed_at = made.now


async def drop_quote(made: Made) -> None:
    _forget_quote(made.order)


async def keep_amount(made: Made) -> None:
    assert made.wanted.amount is not None
    if not may_charge(made.wanted.amount, made.order.quote_cents or 0):
        raise AmountAboveQuote(quote_cents=made.order.quote_cents)
    made.order.amount_cents = made.wanted.amount
    made.order.done_at = made.now


async def judge_photo(made: Made) -> None:
    """Raises PhotoMissing."""
    order = made.order
    kept = reported_with(
        order.category, order.photo_count, is_told=made.actor.is_told,
        is_excused=made.wanted.photo_excuse is not None,
    )  # fmt: skip
    if kept is None:
        raise PhotoMissing
    order.done_photo = kept


async def excuse_photo(made: Made) -> None:
    made.order.done_photo = DonePhoto.EXCUSED


async def start_warranty(made: Made) -> None:
    made.order.resident_accepted_at = made.order.resident_accepted_at or made.now
    made.order.warranty_until = made.now + timedelta(days=WARRANTY_DAYS)


async def keep_rating(made: Made) -> None:
    order, wanted = made.order, made.wanted
    order.rating, order.rated_at = wanted.level, made.now
    order.rating_words = mask_text(wanted.note)[:500] if wanted.note else None


async def remember(made: Made) -> None:
    made.order.before_dispute = made.before


async def count_rework(made: Made) -> None:
    """The end of before does not count, nor its photos: it is worked on again, by whoever is named
    anew."""
    made.order.rework_count += 1
    _forget_photos(made.order)
    made.order.worker_id = None
    made.order.ended_at = None


async def end(made: Made) -> None:
    order = made.order
    order.ended_at = made.now
    if made.move is Move.VOID:
        order.done_photo = DonePhoto.UNASKED
    if made.move is Move.PAY:
        order.paid_at = made.now
    if made.wanted.reason_code is not None:
        order.reason_code = made.wanted.reason_code


async def cascade(made: Made) -> None:
    """Whoever is wished for at a desk is asked first."""
    if made.move is Move.REOFFER and made.wanted.vendor_id is not None:
        made.order.chosen_vendor_id = made.wanted.vendor_id
    await work.offer_next(made.session, made.order.id)


def _forget_quote(order: WorkOrder) -> None:
    order.quote_cents = order.quote_quantity = order.quote_note = None
    order.quote_basis = order.quote_confirmed_at = None


def _forget_photos(order: WorkOrder) -> None:
    order.photo_count, order.done_photo = 0, DonePhoto.UNASKED


async def _offered(made: Made) -> UUID | None:
    offer = await queries.open_offer(made.session, made.order.id)
    return offer.vendor_id if offer and offer.state == OfferState.OPEN else None
