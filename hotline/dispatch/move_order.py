"""Move a work order along the table: the only place where a state changes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import order_effects, queries, work
from hotline.dispatch.actors import Actor, resident, staff
from hotline.dispatch.codes import judge_code
from hotline.dispatch.errors import OrderMoveNotNow, OrderMoveNotYours
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.moves import may_move, missing
from hotline.dispatch.order_changes import record, snapshot
from hotline.dispatch.order_effects import Made
from hotline.dispatch.order_sequels import end_offer, follow_up, withdraw_offer
from hotline.dispatch.phrases import phrase
from hotline.dispatch.quotes import ELDER_LIMIT_CENTS, Quote, holds_at_once
from hotline.dispatch.rules import Effect, Move, OrderFacts, Refusal, Rule
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import CodePurpose, DonePhoto, OfferState, OrderState
from hotline.dispatch.steps import step_due_at
from hotline.dispatch.workers import told
from hotline.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from hotline.principal import Principal
from hotline.privacy import mask_text


async def move_order(
    session: AsyncSession, principal: Principal, order_id: UUID, wanted: OrderMoveIn
) -> WorkOrder:
    """A move by somebody at a desk.

    Raises NotFound (not visible), StaleVersion, IllegalMove (not in the table, or not now),
    OrderMoveNotYours, InvalidInput.
    """
    order = await queries.locked_order(session, principal, order_id)
    if order.version != wanted.version:
        raise StaleVersion
    if wanted.move in (Move.ACCEPT, Move.DECLINE):
        wanted = await _answered_at_desk(session, order, wanted)
    return await make_move(session, staff(principal), order, wanted)


async def confirm_quote(
    session: AsyncSession, order_id: UUID, code: str, *, vendor_id: UUID | None = None
) -> bool:
    """The resident agrees to a quote by the code that they were sent.

    False for a wrong code: the try counts, so the transaction must be kept. Whoever asks has seen
    the order; `vendor_id` is whose it must be.
    """
    order = await queries.held_order(session, order_id)
    if order is None or vendor_id not in (None, order.vendor_id):
        raise NotFound
    if order.state != OrderState.QUOTED:
        raise IllegalMove(state=order.state)
    if not await judge_code(session, CodePurpose.QUOTE, order.id, code):
        return False
    wanted = OrderMoveIn(move=Move.CONFIRM_QUOTE, version=order.version, code=code)
    await make_move(session, resident(), order, wanted)
    return True


async def move_by_vendor(
    session: AsyncSession, vendor: Actor, order_id: UUID, wanted: OrderMoveIn
) -> WorkOrder:
    """A step that the vendor tells on its page; only of an order that is its own."""
    order = await queries.held_order(session, order_id)
    if order is None or order.vendor_id != vendor.vendor_id:
        raise NotFound
    return await make_move(session, vendor, order, wanted)


async def make_move(
    session: AsyncSession, actor: Actor, order: WorkOrder, wanted: OrderMoveIn
) -> WorkOrder:
    """One move of an order that is held, with its history row and its event."""
    now = clock.now()
    move = meant_move(order, wanted)
    rule = _permitted(order, actor, move, wanted, now)
    made = Made(session, actor, order, move, wanted, now, snapshot(order))
    with session.no_autoflush:
        order.state = rule.to
        for effect in rule.effects:
            await _EFFECTS[effect](made)
        _note_moment(made)
    await _set_clock(made)
    name = "work_order.updated" if rule.to is made.before else "work_order.moved"
    order.updated_at = now
    await record(
        session, actor, order, was=made.was, name=name, move=move,
        reason_code=wanted.reason_code, note=await _noted(made),
    )  # fmt: skip
    await follow_up(made)
    return order


def facts_of(order: WorkOrder) -> OrderFacts:
    return OrderFacts(
        state=OrderState(order.state),
        is_guarded=order.is_elder and (order.quote_cents or 0) > ELDER_LIMIT_CENTS,
        has_quote=order.quote_cents is not None,
        is_quote_confirmed=order.quote_confirmed_at is not None,
        has_amount=order.amount_cents is not None,
        has_been_paid=order.paid_at is not None,
        owes_photo=order.done_photo == DonePhoto.OWED,
        warranty_until=order.warranty_until,
    )


def meant_move(order: WorkOrder, wanted: OrderMoveIn) -> Move:
    """Whether a quote holds at once is not for whoever names it to say."""
    if wanted.move not in (Move.QUOTE, Move.QUOTE_ABOVE) or wanted.amount is None:
        return wanted.move
    quote = Quote(wanted.amount, wanted.quantity or 1.0)
    is_held = holds_at_once(quote, order_effects.list_price(order), is_elder=order.is_elder)
    return Move.QUOTE if is_held else Move.QUOTE_ABOVE


def _permitted(
    order: WorkOrder, actor: Actor, move: Move, wanted: OrderMoveIn, now: datetime
) -> Rule:
    ruled = may_move(facts_of(order), actor.who, move, now)
    if isinstance(ruled, Refusal):
        raise _REFUSALS[ruled](move=move, state=order.state)
    absent = missing(ruled, wanted.given())
    if absent:
        raise InvalidInput(errors=[{"field": name, "message": "必须填写"} for name in absent])
    return ruled


async def _answered_at_desk(
    session: AsyncSession, order: WorkOrder, wanted: OrderMoveIn
) -> OrderMoveIn:
    """A vendor told somebody at a desk; its offer ends as if it had answered itself."""
    offer = await queries.open_offer(session, order.id)
    if offer is None:
        return wanted
    is_other = wanted.vendor_id not in (None, offer.vendor_id)
    if wanted.move is Move.ACCEPT and is_other:
        await withdraw_offer(session, order)
        return wanted
    await end_offer(session, offer)
    offer.state = OfferState.ACCEPTED if wanted.move is Move.ACCEPT else OfferState.DECLINED
    offer.answered_at, offer.answered_by = clock.now(), "desk"
    offer.decline_code = wanted.reason_code
    await session.flush()
    return wanted.model_copy(update={"vendor_id": offer.vendor_id})


def _note_moment(made: Made) -> None:
    column = _MOMENTS.get(made.move)
    if column is not None:
        setattr(made.order, column, made.now)
    if made.move is Move.APPOINT:
        made.order.appointment_at = made.wanted.appointment_at


async def _set_clock(made: Made) -> None:
    order, state = made.order, OrderState(made.order.state)
    if state is made.before and made.move is not Move.APPOINT:
        return
    if state is not OrderState.OFFERED:
        order.step_due_at = step_due_at(state, made.now, order.appointment_at)
        await work.watch_order(made.session, order.id, order.step_due_at)


async def _noted(made: Made) -> str | None:
    if made.move is Move.SEND_WORKER:
        return await told(made.session, made.order.worker_id)
    note, excuse = made.wanted.note, made.wanted.photo_excuse
    lines = [mask_text(note)] if note else []
    if excuse and made.order.done_photo == DonePhoto.EXCUSED:
        lines.append(phrase("photo_excused", reason=mask_text(excuse)))
    return "\n".join(lines) or None


_REFUSALS: Mapping[Refusal, type[IllegalMove | OrderMoveNotYours]] = {
    Refusal.NOT_FROM_HERE: IllegalMove,
    Refusal.NOT_YOURS: OrderMoveNotYours,
    Refusal.NOT_NOW: OrderMoveNotNow,
}
_MOMENTS: Mapping[Move, str] = {
    Move.SET_OUT: "on_the_way_at",
    Move.ARRIVE: "arrived_at",
    Move.FINISH_REWORK: "done_at",
}
_EFFECTS: Mapping[Effect, Callable[[Made], Awaitable[None]]] = {
    Effect.TAKE: order_effects.take,
    Effect.LOSE_VENDOR: order_effects.lose_vendor,
    Effect.NAME_WORKER: order_effects.name_worker,
    Effect.CHECK_WORKER: order_effects.check_worker,
    Effect.KEEP_QUOTE: order_effects.keep_quote,
    Effect.CONFIRM: order_effects.confirm,
    Effect.DROP_QUOTE: order_effects.drop_quote,
    Effect.KEEP_AMOUNT: order_effects.keep_amount,
    Effect.JUDGE_PHOTO: order_effects.judge_photo,
    Effect.EXCUSE_PHOTO: order_effects.excuse_photo,
    Effect.START_WARRANTY: order_effects.start_warranty,
    Effect.KEEP_RATING: order_effects.keep_rating,
    Effect.REMEMBER: order_effects.remember,
    Effect.COUNT_REWORK: order_effects.count_rework,
    Effect.END: order_effects.end,
    Effect.CASCADE: order_effects.cascade,
}
