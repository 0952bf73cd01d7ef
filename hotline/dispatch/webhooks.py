"""The telephone network about calls to vendors: an offer with keys, and a call to a resident.

The document says where the offer stands now, so a webhook that comes twice changes nothing.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.answering import guarded
from hotline.dispatch import order_words, queries, ring_vendor
from hotline.dispatch.answer_offer import Answered, By, accept_offer, decline_offer
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.order_notices import said_when
from hotline.dispatch.phrases import phrase
from hotline.dispatch.ring_vendor import may_bridge
from hotline.dispatch.states import OfferState
from hotline.organizations.queries import organization
from hotline.telephony.talk_documents import farewell_document, question_document
from hotline.telephony.twiml import transfer_document
from hotline.telephony.webhook import Verified, Webhook, whole

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)

UNANSWERED = frozenset({"busy", "no-answer", "failed", "canceled"})
DECLINED = "busy"
_MOST_TRIES = 2
_SIGNS = {"2": ("不", "拒"), "3": ("等", "稍后", "晚点"), "1": ("接", "好", "行")}


@router.post("/offer")
async def read_offer(request: Request, webhook: Verified) -> Response:
    """The vendor has picked up: what the order is, and three keys."""
    return await guarded(request, webhook, _ask("ring_offer"))


@router.post("/offer-key")
async def take_key(request: Request, webhook: Verified) -> Response:
    """1 accepts, 2 declines, 3 asks for a moment."""
    return await guarded(request, webhook, _key)


@router.post("/offer-status", status_code=204)
async def note_offer_status(request: Request, webhook: Verified) -> Response:
    """Nobody picked up."""
    offer_id = _uuid(webhook, "offer")
    if offer_id is not None and webhook.fields.get("CallStatus") in UNANSWERED:
        async with request.state.database.transaction() as session:
            await ring_vendor.unreached(session, offer_id)
    return Response(status_code=204)


@router.post("/bridge")
async def dial_resident(request: Request, webhook: Verified) -> Response:
    """The vendor has picked up: dial the resident, whose number it does not see."""
    return await guarded(request, webhook, _bridge)


@router.post("/bridge-status", status_code=204)
async def note_bridge_status(_request: Request, _webhook: Verified) -> Response:
    """The vendor asks again if it wants to."""
    return Response(status_code=204)


def _ask(key: str) -> Callable[[AsyncSession, Request, Webhook], Awaitable[str]]:
    async def answer(session: AsyncSession, request: Request, webhook: Webhook) -> str:
        known = await _offered(session, webhook)
        if known is None:
            return farewell_document((phrase("ring_over"),))
        return await _question(session, request, known, key, tries=0)

    return answer


async def _question(
    session: AsyncSession, request: Request, known: tuple[Offer, WorkOrder], key: str, *, tries: int
) -> str:
    offer, order = known
    place = await organization(session, order.district_id)
    said = phrase(
        key, service=order.service, district=place.district or place.name, when=said_when(order)
    )
    url = request.state.provider.url(f"offer-key?offer={offer.id}&tries={tries}")
    return question_document(said, url)


async def _key(session: AsyncSession, request: Request, webhook: Webhook) -> str:
    offer_id = _uuid(webhook, "offer")
    pressed = webhook.fields.get("Digits", "") or _spoken(webhook.fields.get("SpeechResult", ""))
    if offer_id is None:
        return farewell_document((phrase("ring_over"),))
    if pressed == "1":
        return _told(await accept_offer(session, offer_id, by=By.CALL))
    if pressed == "2":
        return _told(await decline_offer(session, offer_id, by=By.CALL, code=DECLINED))
    known = await _offered(session, webhook)
    if known is None:
        return farewell_document((phrase("ring_over"),))
    tries = (whole(webhook.query.get("tries", "")) or 0) + 1
    if pressed == "3" or tries >= _MOST_TRIES:
        await ring_vendor.ask_later(session, offer_id)
        return farewell_document((phrase("ring_later"),))
    return await _question(session, request, known, "ring_again", tries=tries)


def _told(answered: Answered) -> str:
    said = {
        Answered.WON: "ring_accepted",
        Answered.DECLINED: "ring_declined",
        Answered.OVER: "ring_over",
    }
    return farewell_document((phrase(said[answered]),))


def _spoken(words: str) -> str:
    """Whoever speaks instead of pressing is understood as well; no before yes."""
    for key, signs in (
        ("2", ("不", "拒")),
        ("3", ("等", "稍后", "晚点")),
        ("1", ("接", "好", "行")),
    ):
        if any(sign in words for sign in signs):
            return key
    return ""


async def _bridge(session: AsyncSession, _request: Request, webhook: Webhook) -> str:
    order_id = _uuid(webhook, "order")
    order = await queries.held_order(session, order_id) if order_id else None
    number = order_words.caller_of(session, order) if order else None
    if order is None or number is None or not may_bridge(order):
        return farewell_document((phrase("bridge_impossible"),))
    return transfer_document(phrase("bridge_connecting"), number)


async def _offered(session: AsyncSession, webhook: Webhook) -> tuple[Offer, WorkOrder] | None:
    offer_id = _uuid(webhook, "offer")
    offer = await queries.fresh_offer(session, offer_id) if offer_id else None
    if offer is None or offer.state != OfferState.OPEN:
        return None
    return offer, await session.get_one(WorkOrder, offer.order_id)


def _uuid(webhook: Webhook, name: str) -> UUID | None:
    try:
        return UUID(webhook.query.get(name, ""))
    except ValueError:
        log.warning("telephony.unknown_offer")
        return None
