"""What a text message to the hotline means for an order: a vendor's answer, a resident's word.

Pure is `meaning`; the rest acts. Whoever has nothing to answer is not answered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import actors, order_notices, queries
from hotline.dispatch.answer_offer import Answered, By, accept_offer, decline_offer
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.order_words import PHONE
from hotline.dispatch.phrases import phrase
from hotline.dispatch.report_by_text import reported, take_report
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import OfferState, OrderState
from hotline.errors import HotlineError, InvalidInput
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

STILL_ANSWERABLE = timedelta(hours=24)
TAIL = 4
BY_TEXT = "busy"
_ASKED = (OrderState.TO_ACCEPT, OrderState.COMPLETED)
_DIGITS = str.maketrans("０１２３４５６７８９一二三四五", "012345678912345")
_ANSWER = re.compile(r"(?:回复)?\s*([1-5])(?:\s*[,，.。:：\s#]\s*#?(\d{4,}))?[。.!！]?")
_YES = re.compile(r"(接单?|可以|同意|没问题|满意)(?:\s*(\d{4,}))?")
_NO = re.compile(r"(不接|拒单?|不行|有问题|不满意|没空)(?:\s*(\d{4,}))?")


@dataclass(frozen=True, slots=True)
class Said:
    """A figure from 1 to 5, and the last digits of the order that it is about."""

    figure: int
    tail: str | None = None


class Taken(StrEnum):
    """What became of a message."""

    NOT_OURS = "not_ours"
    ANSWERED = "answered"
    UNCLEAR = "unclear"


def meaning(body: str) -> Said | None:
    """ "1", "１。", "1 0042", "接单", "不接": or nothing that answers a question of ours."""
    text = body.strip().translate(_DIGITS)
    figure = _ANSWER.fullmatch(text)
    if figure:
        return Said(int(figure[1]), figure[2])
    for value, pattern in ((2, _NO), (1, _YES)):
        found = pattern.fullmatch(text)
        if found:
            return Said(value, found[2])
    return None


async def take_reply(session: AsyncSession, *, sender: str, body: str) -> Taken:
    """Runs in the transaction that stores the message, so it is taken once."""
    said, report = meaning(body), reported(body)
    if said is None and report is None:
        return Taken.NOT_OURS
    try:
        phone = vault_of(session).blind(normal_number(sender), purpose=PHONE)
    except InvalidInput:
        return Taken.NOT_OURS
    if said is not None:
        return await _take_figure(session, phone, said)
    is_ours = report is not None and await take_report(session, phone, report)
    return Taken.ANSWERED if is_ours else Taken.NOT_OURS


async def _take_figure(session: AsyncSession, phone: bytes, said: Said) -> Taken:
    offers = await queries.last_offers(
        session, phone, (OfferState.OPEN,), clock.now() - STILL_ANSWERABLE
    )
    if offers and said.figure in (1, 2):
        return await _answer_offer(session, offers, said)
    orders = await queries.orders_of_resident(session, phone, _ASKED)
    asked = [one for one in orders if one.state == OrderState.TO_ACCEPT or one.rating is None]
    if asked:
        return await _hear_resident(session, asked[0], said)
    late = await queries.last_offers(
        session, phone, (OfferState.EXPIRED, OfferState.ACCEPTED, OfferState.DECLINED),
        clock.now() - STILL_ANSWERABLE,
    )  # fmt: skip
    return await _answer_late(session, late, said) if late else Taken.NOT_OURS


async def _answer_offer(
    session: AsyncSession, offers: Sequence[tuple[Offer, WorkOrder]], said: Said
) -> Taken:
    meant = [pair for pair in offers if said.tail is None or pair[1].number.endswith(said.tail)]
    if len(meant) != 1:
        offer, order = offers[0]
        await order_notices.tell_vendor(session, order, offer.vendor_id, "sms_offer_which")
        return Taken.UNCLEAR
    offer, order = meant[0]
    if said.figure == 1:
        answered = await accept_offer(session, offer.id, by=By.SMS)
    else:
        answered = await decline_offer(session, offer.id, by=By.SMS, code=BY_TEXT)
    await _confirm(session, order, offer, answered)
    return Taken.ANSWERED


async def _answer_late(
    session: AsyncSession, offers: Sequence[tuple[Offer, WorkOrder]], said: Said
) -> Taken:
    """Too late, unless nobody else has it; twice the same is answered as the first time."""
    meant = [pair for pair in offers if said.tail is None or pair[1].number.endswith(said.tail)]
    if not meant or said.figure != 1:
        return Taken.NOT_OURS
    offer, order = meant[0]
    if offer.state != OfferState.EXPIRED:
        return Taken.ANSWERED
    await _confirm(session, order, offer, await accept_offer(session, offer.id, by=By.SMS))
    return Taken.ANSWERED


async def _confirm(
    session: AsyncSession, order: WorkOrder, offer: Offer, answered: Answered
) -> None:
    """Whoever won was told with the order itself."""
    template = {Answered.OVER: "sms_offer_over", Answered.DECLINED: "sms_offer_declined"}
    if answered in template:
        await order_notices.tell_vendor(session, order, offer.vendor_id, template[answered])


async def _hear_resident(session: AsyncSession, order: WorkOrder, said: Said) -> Taken:
    """The newest order that waits for the resident: accepted, objected to, or rated."""
    held = await queries.held_order(session, order.id)
    if held is None:
        return Taken.NOT_OURS
    wanted = _wanted(held, said)
    if wanted is None:
        return Taken.UNCLEAR
    try:
        async with session.begin_nested():
            await make_move(session, actors.resident(), held, wanted)
    except HotlineError:
        # Somebody else was quicker; the message is kept all the same.
        return Taken.UNCLEAR
    return Taken.ANSWERED


def _wanted(order: WorkOrder, said: Said) -> OrderMoveIn | None:
    version = order.version
    if order.state == OrderState.COMPLETED:
        return OrderMoveIn(move=Move.RATE, version=version, level=said.figure)
    if said.figure == 1:
        move = Move.ACCEPT_REWORK if order.paid_at else Move.ACCEPT_WORK
        return OrderMoveIn(move=move, version=version)
    if said.figure == 2:
        return OrderMoveIn(move=Move.DISPUTE, version=version, note=phrase("resident_objects"))
    return None
