"""What follows from a move for others: messages, the ticket, alarms, an offer that ends."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.service import raise_alarm
from hotline.dispatch import order_notices, queries, work
from hotline.dispatch.actors import machine
from hotline.dispatch.codes import forget_codes
from hotline.dispatch.ledger_service import follow_order
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.order_effects import Made
from hotline.dispatch.phrases import has_phrase, phrase, yuan
from hotline.dispatch.quotes import ELDER_LIMIT_CENTS
from hotline.dispatch.rules import Move
from hotline.dispatch.states import CodePurpose, DonePhoto, OfferState
from hotline.jobs import service as jobs
from hotline.organizations.queries import organization
from hotline.tickets import queries as ticket_queries
from hotline.tickets import service as tickets
from hotline.tickets.rules import Move as TicketMove
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import Status

_ENDS_OFFER = frozenset({Move.TAKE_OVER, Move.CANCEL})
_BOOKED = frozenset({Move.PAY, Move.ACCEPT_REWORK, Move.DISPUTE, Move.SETTLE, Move.ORDER_REWORK,
                     Move.VOID})  # fmt: skip
"""Moves that the vendor's ledger follows."""


async def follow_up(made: Made) -> None:
    """In the transaction of the move."""
    if made.move in _ENDS_OFFER:
        await withdraw_offer(made.session, made.order)
    act = _SEQUELS.get(made.move)
    if act is not None:
        await act(made)
    if made.move in _BOOKED:
        await follow_order(made.session, made.order.id)
    if made.vendor_before and made.move in (Move.CANCEL, Move.REASSIGN, Move.VOID):
        await order_notices.tell_lost(made.session, made.order, made.vendor_before)


async def withdraw_offer(session: AsyncSession, order: WorkOrder) -> Offer | None:
    """Whoever was being asked need not answer any more."""
    offer = await queries.open_offer(session, order.id)
    if offer is not None:
        offer.state = OfferState.WITHDRAWN
        await end_offer(session, offer)
    await jobs.cancel(session, work.OFFER_NEXT, str(order.id))
    return offer


async def end_offer(session: AsyncSession, offer: Offer) -> None:
    """What was to come if nobody had answered does not come."""
    await jobs.cancel(session, work.EXPIRE_OFFER, str(offer.id))
    await jobs.cancel(session, work.RING_VENDOR, str(offer.id))


async def note_on_ticket(session: AsyncSession, order: WorkOrder, text: str) -> None:
    """One that was archived meanwhile is closed to remarks."""
    principal = await machine(session, order.city_id)
    ticket = await ticket_queries.ticket(session, principal, order.ticket_id)
    if ticket.status != Status.ARCHIVED:
        await tickets.comment_ticket(session, principal, ticket.id, text=text)


async def alarm(session: AsyncSession, order: WorkOrder, key: str, **params: str) -> None:
    """Supervisors are told at once."""
    place = await organization(session, order.district_id)
    text = phrase(key, number=order.number, service=order.service, **params)
    await raise_alarm(
        session, kind=key.removeprefix("alarm_"), text=text, city_id=order.city_id,
        ticket_id=order.ticket_id, node=place,
    )  # fmt: skip


async def _accepted(made: Made) -> None:
    names = await queries.names_of(made.session, [made.order])
    assert made.order.vendor_id is not None
    _, vendor = names.vendors[made.order.vendor_id]
    text = phrase("order_accepted", number=made.order.number, vendor=vendor)
    await note_on_ticket(made.session, made.order, text)
    await order_notices.tell_taken(made.session, made.order)


async def _worker_sent(made: Made) -> None:
    await order_notices.tell_worker(
        made.session, made.order, is_other=made.worker_before is not None
    )


async def _given_back(made: Made) -> None:
    """No vendor took it: the story for the agent who calls the resident."""
    story = await _story(made.session, made.order)
    text = phrase("order_unplaced", number=made.order.number, story=story)
    await note_on_ticket(made.session, made.order, text)
    await alarm(made.session, made.order, "alarm_unplaced")
    await order_notices.tell_resident(made.session, made.order, "sms_order_unplaced")


async def _story(session: AsyncSession, order: WorkOrder) -> str:
    principal = await machine(session, order.city_id)
    offers = list(await session.scalars(queries.offers_of(principal, order.id)))
    names = await queries.names_of(session, offers)
    told = [
        phrase("story_line", vendor=names.vendors[one.vendor_id][1],
               state=phrase(f"offer_state_{one.state}"))
        for one in offers
    ]  # fmt: skip
    return "，".join(told) or phrase("story_nobody")


async def _quoted_above(made: Made) -> None:
    order = made.order
    if order.is_elder and (order.quote_cents or 0) > ELDER_LIMIT_CENTS:
        more = {"amount": yuan(order.quote_cents or 0)}
        await order_notices.tell_resident(made.session, order, "sms_quote_guarded", more)
        await alarm(made.session, order, "alarm_guarded")
        return
    await order_notices.tell_quote_code(made.session, order)


async def _confirmed(made: Made) -> None:
    await forget_codes(made.session, CodePurpose.QUOTE, made.order.id)
    await order_notices.tell_step(made.session, made.order, "sms_quote_confirmed")


async def _refused(made: Made) -> None:
    await forget_codes(made.session, CodePurpose.QUOTE, made.order.id)
    await order_notices.tell_step(made.session, made.order, "sms_quote_refused")


async def _finished(made: Made) -> None:
    await order_notices.tell_resident(made.session, made.order, "sms_order_done")
    if made.order.done_photo == DonePhoto.OWED:
        await order_notices.tell_photo_owed(made.session, made.order)


async def _work_accepted(made: Made) -> None:
    await order_notices.tell_step(made.session, made.order, "sms_order_work_accepted")


async def _completed(made: Made) -> None:
    """The ticket is answered and closed with it; the resident is asked what it was worth."""
    order = made.order
    text = phrase("order_completed", number=order.number, amount=yuan(order.amount_cents or 0))
    await note_on_ticket(made.session, order, text)
    await _close_ticket(made)
    if order.rating is None:
        await order_notices.tell_resident(made.session, order, "sms_order_rate")


async def _close_ticket(made: Made) -> None:
    principal = await machine(made.session, made.order.city_id)
    names = await queries.names_of(made.session, [made.order])
    _, vendor = names.vendors.get(made.order.vendor_id or made.order.id, ("", ""))
    note = phrase("ticket_answer", vendor=vendor)
    for status, move in _TO_CLOSED:
        ticket = await ticket_queries.ticket(made.session, principal, made.order.ticket_id)
        if ticket.status != status:
            return
        wanted = MoveIn(move=move, version=ticket.version, note=note)
        await tickets.move_ticket(made.session, principal, ticket.id, wanted)


async def _disputed(made: Made) -> None:
    await alarm(made.session, made.order, "alarm_dispute")
    await order_notices.tell_step(made.session, made.order, "sms_order_disputed")


async def _reworked(made: Made) -> None:
    await order_notices.tell_step(made.session, made.order, "sms_order_rework")


async def _again(made: Made) -> None:
    await order_notices.tell_resident(made.session, made.order, "sms_order_again")


async def _cancelled(made: Made) -> None:
    code = f"reason_{made.wanted.reason_code}"
    reason = phrase(code) if has_phrase(code) else str(made.wanted.reason_code)
    text = phrase("order_cancelled", number=made.order.number, reason=reason)
    await note_on_ticket(made.session, made.order, text)


_TO_CLOSED = (
    (Status.REGISTERED, TicketMove.ANSWER),
    (Status.DIRECT, TicketMove.CLOSE),
)
_SEQUELS: Mapping[Move, Callable[[Made], Awaitable[None]]] = {
    Move.ACCEPT: _accepted,
    Move.GIVE_BACK: _given_back,
    Move.SEND_WORKER: _worker_sent,
    Move.QUOTE_ABOVE: _quoted_above,
    Move.CONFIRM_QUOTE: _confirmed,
    Move.CONFIRM_BY_CALL: _confirmed,
    Move.REFUSE_QUOTE: _refused,
    Move.FINISH: _finished,
    Move.FINISH_REWORK: _finished,
    Move.ACCEPT_WORK: _work_accepted,
    Move.PAY: _completed,
    Move.DISPUTE: _disputed,
    Move.ORDER_REWORK: _reworked,
    Move.CLAIM_WARRANTY: _reworked,
    Move.WITHDRAW: _again,
    Move.REASSIGN: _again,
    Move.CANCEL: _cancelled,
    Move.VOID: _cancelled,
}
