"""START HERE: the telephone network asks what to do with a call, and gets TwiML.

`/telephony/voice` begins a call, `/telephony/turn` brings what the caller said or pressed, the
others tell how a verb ended. Each is verified, then handled in one transaction that holds the
call's row; a webhook that was here before gets the answer that it got then.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents.models import Skill
from hotline.calls import queries, service
from hotline.calls.answering import Answer, fallback, guarded, insisting, xml
from hotline.calls.crowding import Crowd, say_it_again, wait_a_moment
from hotline.calls.models import Call
from hotline.conversation import service as conversation
from hotline.conversation.service import Room
from hotline.conversation.talk import Heard
from hotline.conversation.wording import Wording
from hotline.organizations import queries as organizations
from hotline.queueing import queries as lines
from hotline.queueing.callbacks import note_closed
from hotline.queueing.enter_line import enter_line, leave_line
from hotline.queueing.lines import is_open_now
from hotline.queueing.part import told_over
from hotline.queueing.work import see_to_end
from hotline.telephony import sounds, twiml
from hotline.telephony.provider import Provider
from hotline.telephony.script import HangUp, Listen, Script, Wait
from hotline.telephony.strangers import Stranger
from hotline.telephony.talk_documents import question_document
from hotline.telephony.webhook import Verified, Webhook, WebhookRefused

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
ANSWERED = frozenset({"completed", "answered"})
ANONYMOUS = frozenset({"", "anonymous", "unknown", "unavailable", "restricted", "private"})

Turn = Callable[[AsyncSession, Call, Webhook, Room], Awaitable[Script]]


@router.post("/voice")
async def answer_call(request: Request, webhook: Verified) -> Response:
    """A call rings: greet the caller, or refuse politely what nobody here is called by."""
    crowd: Crowd = request.state.crowd
    if crowd.must_wait():
        urls = replace(_urls(request.state.provider, 0), turn=request.state.provider.url("voice"))
        sentence = request.state.wording.text("crowded_wait")
        return xml(wait_a_moment(sentence, crowd.pause(), urls))
    with crowd.one():
        return await guarded(request, webhook, _begin)


@router.post("/turn")
async def hear_caller(request: Request, webhook: Verified) -> Response:
    """The caller said something, pressed a key, or stayed silent."""
    crowd: Crowd = request.state.crowd
    if crowd.must_wait(webhook.fields.get("SpeechResult", "")):
        urls = _urls(request.state.provider, webhook.step)
        return xml(say_it_again(request.state.wording.text("crowded_again"), urls))
    with crowd.one():
        return await guarded(request, webhook, _step(_turn))


@router.post("/bridged")
async def end_bridge(request: Request, webhook: Verified) -> Response:
    """The number that was rung for the caller has hung up or did not answer."""
    with request.state.crowd.one():
        return await guarded(request, webhook, _step(_bridge_end))


@router.post("/status", status_code=204)
async def note_status(request: Request, webhook: Verified) -> Response:
    """The state of a call changed; only forward, and an unknown call is no failure.

    While many are on the line, that one has gone is only written down: a job sees to the rest.
    """
    if webhook.fields.get("CallStatus") in ENDED:
        crowd: Crowd = request.state.crowd
        await insisting(request, webhook, _over_soon if crowd.is_full else _over)
    return Response(status_code=204)


@router.post("/fallback")
async def answer_fallback(request: Request, webhook: Verified) -> Response:
    """The network could not use our answer: transfer to a person, or read what to do."""
    log.error("telephony.fallback", code=webhook.fields.get("ErrorCode"))
    return xml(fallback(request.state.provider, request.state.wording))


@router.get("/sounds/wait.wav")
async def play_wait_sound() -> Response:
    """The music of the waiting line."""
    return Response(
        sounds.waiting_music(),
        media_type="audio/wav",
        headers={"Cache-Control": "public, max-age=86400"},
    )


async def refuse(request: Request, error: Exception) -> Response:
    """The answer to whom we do not know; registered by `main.py` for WebhookRefused."""
    status = error.status if isinstance(error, WebhookRefused) else 403
    request.state.strangers.note(Stranger.SENDER)
    log.warning("telephony.refused", status=status)
    return Response(status_code=status)


async def _over(session: AsyncSession, _request: Request, webhook: Webhook) -> str:
    await told_over(session, webhook.call_sid, webhook.id_of("call"))
    return ""


async def _over_soon(session: AsyncSession, _request: Request, webhook: Webhook) -> str:
    await see_to_end(session, webhook.call_sid, webhook.id_of("call"))
    return ""


async def _begin(session: AsyncSession, request: Request, webhook: Webhook) -> str:
    provider: Provider = request.state.provider
    called = webhook.fields.get("To", "")
    organization = await organizations.organization_by_number(session, called)
    if organization is None:
        return await _refuse_number(session, request)
    room = _room(request, organization.city_id)
    key = f"{webhook.call_sid}:voice"
    call, is_new = await service.receive_call(
        session, organization, provider_sid=webhook.call_sid,
        caller=_caller(webhook), called=called,
        attestation=webhook.fields.get("StirVerstat", "")[:60] or None,
    )  # fmt: skip
    if not is_new:
        before = await service.answered_before(session, key)
        return before or _document(Script((), Listen()), call, provider, room)
    script = await conversation.greet(session, call, room)
    return await _answered(session, call, key, _document(script, call, provider, room))


def _step(answer: Turn) -> Answer:
    """A webhook of a call that we know, answered once for each step of the talk."""

    async def handle(session: AsyncSession, request: Request, webhook: Webhook) -> str:
        call = await queries.locked_call(session, webhook.call_sid)
        if call is None:
            request.state.strangers.note(Stranger.CALL)
            log.warning("telephony.unknown_call")
            return twiml.empty_document()
        key = f"{webhook.call_sid}:{webhook.step}"
        if webhook.step < call.step:
            before = await service.answered_before(session, key)
            if before is not None:
                return before
        room = _room(request, call.city_id)
        script = await answer(session, call, webhook, room)
        if isinstance(script.then, Wait):
            document = await _in_line(session, call, script, request.state.provider, room)
        else:
            document = _document(script, call, request.state.provider, room)
        return await _answered(session, call, key, document)

    return handle


async def _turn(session: AsyncSession, call: Call, webhook: Webhook, room: Room) -> Script:
    fields = webhook.fields
    heard = Heard(
        text=fields.get("SpeechResult", "").strip(),
        digits=fields.get("Digits", ""),
        confidence=_number(fields.get("Confidence")),
    )
    return await conversation.take_turn(session, call, heard, room)


async def _bridge_end(session: AsyncSession, call: Call, webhook: Webhook, room: Room) -> Script:
    was_answered = webhook.fields.get("DialCallStatus") in ANSWERED
    return await conversation.take_bridge_end(session, call, room, was_answered=was_answered)


async def _in_line(
    session: AsyncSession, call: Call, script: Script, provider: Provider, room: Room
) -> str:
    """A place in the line of the caller's desk and language; out of hours a message is taken."""
    assert isinstance(script.then, Wait)
    wanted = script.then.queue
    skill = Skill(wanted) if wanted in set(Skill) else Skill.MANDARIN
    entry = await enter_line(session, call, skill=skill)
    line = await lines.queue(session, entry.queue_id)
    if not is_open_now(line) and call.emergency is None:
        await leave_line(session, entry, "closed")
        await note_closed(session, call, entry, line.hours)
        return question_document(room.wording.text("leave_message"), provider.url("message"))
    return _document(replace(script, then=Wait(line.key)), call, provider, room)


async def _refuse_number(session: AsyncSession, request: Request) -> str:
    wording: Wording = request.state.wording
    for city in await organizations.cities(session):
        await service.raise_alarm(
            session, kind="unknown_number", text=wording.text("alarm_unknown_number"),
            city_id=city.id,
        )  # fmt: skip
    request.state.strangers.note(Stranger.NUMBER)
    log.warning("telephony.unknown_number")
    script = Script((wording.text("unknown_number"),), HangUp())
    return twiml.document(script, _urls(request.state.provider, 0))


def _room(request: Request, city_id: UUID) -> Room:
    directory = request.state.directory.of_city(city_id)
    return Room(directory, directory.wording)


async def _answered(session: AsyncSession, call: Call, key: str, document: str) -> str:
    await service.keep_receipt(session, key=key, kind="voice", call_id=call.id, answer=document)
    return document


def _document(script: Script, call: Call, provider: Provider, room: Room) -> str:
    hints = room.ears.hints if isinstance(script.then, Listen) else ""
    return twiml.document(script, _urls(provider, call.step), hints=hints)


def _urls(provider: Provider, step: int) -> twiml.Urls:
    return twiml.Urls(
        turn=provider.url(f"turn?step={step}"),
        wait=provider.url("wait"),
        waited=provider.url("waited"),
        bridged=provider.url(f"bridged?step={step}"),
    )


def _caller(webhook: Webhook) -> str | None:
    number = webhook.fields.get("From", "")
    return None if number.lower() in ANONYMOUS else number


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
