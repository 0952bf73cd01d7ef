"""The call after the work on the telephone: it is answered, an answer comes, it is over."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls import service as calls_service
from hotline.calls.answering import Answer, guarded
from hotline.calls.models import Call
from hotline.calls.service import is_placed
from hotline.conversation.wording import Wording
from hotline.follow_up import queries, service
from hotline.follow_up.models import FollowUpCall, FollowUpEnd
from hotline.follow_up.questions import Question, hear
from hotline.queueing import queries as lines
from hotline.queueing.enter_line import enter_line
from hotline.queueing.part import call_over
from hotline.telephony.provider import Provider
from hotline.telephony.strangers import Stranger
from hotline.telephony.talk_documents import (
    Line,
    farewell_document,
    line_document,
    question_document,
)
from hotline.telephony.webhook import Verified, Webhook
from hotline.tickets import queries as tickets

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_FAREWELLS = {
    FollowUpEnd.RATED: "follow_up_thanks",
    FollowUpEnd.DECLINED: "follow_up_declined",
    FollowUpEnd.HUNG_UP: "follow_up_another_time",
}
_ForTry = Callable[[AsyncSession, Request, Webhook, Call, FollowUpCall], Awaitable[str]]


@router.post("/follow-up")
async def greet_resident(request: Request, webhook: Verified) -> Response:
    """The resident has picked up: who calls, what it is about, the first question."""
    return await guarded(request, webhook, _for_try(_greet))


@router.post("/follow-up-answer")
async def hear_resident(request: Request, webhook: Verified) -> Response:
    """An answer, by voice or key."""
    return await guarded(request, webhook, _for_try(_hear))


@router.post("/follow-up-status", status_code=204)
async def note_status(request: Request, webhook: Verified) -> Response:
    """The state of the call; only its end is of interest, and twice is nothing."""
    if webhook.fields.get("CallStatus") in ENDED:
        async with request.state.database.transaction() as session:
            found = await _try_told_of(session, webhook)
            if found is not None:
                call, follow_up = found
                await call_over(session, call)
                await service.call_ended(session, follow_up)
    return Response(status_code=204)


def _for_try(answer: _ForTry) -> Answer:
    async def handle(session: AsyncSession, request: Request, webhook: Webhook) -> str:
        found = await _try_told_of(session, webhook)
        if found is None:
            request.state.strangers.note(Stranger.CALL)
            log.warning("telephony.unknown_call")
            return farewell_document()
        return await answer(session, request, webhook, *found)

    return handle


async def _greet(
    session: AsyncSession, request: Request, _webhook: Webhook, call: Call, follow_up: FollowUpCall
) -> str:
    follow_up.answered_at = follow_up.answered_at or clock.now()
    ticket = await tickets.held_ticket(session, follow_up.ticket_id)
    title = ticket.title if ticket is not None else ""
    first = _texts(request, call).text("follow_up_resolved", title=title)
    return _asked(request, Question.RESOLVED, first)


async def _hear(
    session: AsyncSession, request: Request, webhook: Webhook, call: Call, follow_up: FollowUpCall
) -> str:
    """The address says which question was answered, so the same answer twice counts once."""
    texts = _texts(request, call)
    interview = service.interview_of(follow_up)
    if follow_up.outcome is not None:
        return await _ended(session, request, call, FollowUpEnd(follow_up.outcome))
    if webhook.query.get("question") == interview.question:
        text = webhook.fields.get("SpeechResult", "").strip()
        interview = hear(interview, text, webhook.fields.get("Digits", ""))
        await service.note_answer(session, call, follow_up, interview)
    if interview.end is not None:
        return await _ended(session, request, call, interview.end)
    key = "again" if interview.is_repeated else "ask"
    return _asked(request, interview.question, texts.text(f"follow_up_{key}_{interview.question}"))


async def _ended(session: AsyncSession, request: Request, call: Call, end: FollowUpEnd) -> str:
    texts = _texts(request, call)
    if end is not FollowUpEnd.TO_PERSON:
        return farewell_document((texts.text(_FAREWELLS.get(end, "goodbye")),))
    entry = await enter_line(session, call)
    line = await lines.queue(session, entry.queue_id)
    await calls_service.put_in_line(session, call, line.key)
    provider: Provider = request.state.provider
    place = Line(line.key, provider.url("wait"), provider.url("waited"))
    return line_document(place, (texts.text("follow_up_to_person"),))


def _asked(request: Request, question: Question, sentence: str) -> str:
    provider: Provider = request.state.provider
    return question_document(sentence, provider.url(f"follow-up-answer?question={question}"))


async def _try_told_of(session: AsyncSession, webhook: Webhook) -> tuple[Call, FollowUpCall] | None:
    """By the host's SID; of a call just placed, its news may come before its SID is known."""
    call = await calls.locked_call(session, webhook.call_sid)
    planned = webhook.id_of("call")
    if call is None and planned is not None:
        call = await calls.call_under_lock(session, planned)
        if call is None or is_placed(call):
            return None
        call.provider_sid = webhook.call_sid
    follow_up = await queries.of_call(session, call.id) if call else None
    return (call, follow_up) if call is not None and follow_up is not None else None


def _texts(request: Request, call: Call) -> Wording:
    wording: Wording = request.state.directory.of_city(call.city_id).wording
    return wording
