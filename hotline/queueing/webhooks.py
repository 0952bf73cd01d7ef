"""The telephone network on the way between the line and the end of the talk.

The document for a leg or for the caller says where they stand now, so a webhook that comes twice
gets the same answer; news of rooms and legs only ever move things forward.
"""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.answering import Answer, guarded
from hotline.calls.models import Call, CallLeg, LegRole, LegState, TalkRoom
from hotline.conversation import service as conversation
from hotline.conversation.wording import Wording
from hotline.queueing import callbacks, connect, queries, rating, spoken_wait
from hotline.queueing.enter_line import go_back_in_line
from hotline.queueing.host_work import sound_told
from hotline.queueing.part import call_over, leg_ended, line_over, room_ended
from hotline.queueing.seating import speaking
from hotline.recordings import service as recordings
from hotline.telephony import talk_documents, twiml
from hotline.telephony.provider import Provider
from hotline.telephony.strangers import Stranger
from hotline.telephony.talk_documents import Line, Seat
from hotline.telephony.webhook import Verified, Webhook, whole

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_LEFT_BY_ITSELF = frozenset({"redirected", "redirected-from-bridged", "hangup"})
_ROOM_ENDED = frozenset({"moderator_ended_conference", "conference_ended_via_api"})
_LEG_STATES = {"ringing": LegState.RINGING}

ForCaller = Callable[[AsyncSession, Request, Webhook, Call], Awaitable[str]]
ForLeg = Callable[[AsyncSession, Request, Webhook, Call, CallLeg], Awaitable[str]]


@router.post("/wait")
async def wait_in_line(request: Request, webhook: Verified) -> Response:
    """One round of waiting: the place in the line, the offer to be called back, music."""
    return await guarded(request, webhook, _for_caller(_wait))


@router.post("/key")
async def press_while_waiting(request: Request, webhook: Verified) -> Response:
    """A key while waiting: 1 asks to be called back."""
    return await guarded(request, webhook, _for_caller(_key))


@router.post("/waited")
async def end_wait(request: Request, webhook: Verified) -> Response:
    """The caller left the host's line; where to is told elsewhere, unless the host failed."""
    return await guarded(request, webhook, _for_caller(_waited))


@router.post("/agent")
async def answer_agent(request: Request, webhook: Verified) -> Response:
    """An agent, or whoever was called into the talk, has picked up."""
    return await guarded(request, webhook, _for_leg(_agent))


@router.post("/listen")
async def answer_supervisor(request: Request, webhook: Verified) -> Response:
    """A supervisor has picked up: into the room, unheard at first."""
    return await guarded(request, webhook, _for_leg(_agent))


@router.post("/join")
async def join_room(request: Request, webhook: Verified) -> Response:
    """The caller is brought to the agent who waits in the room."""
    return await guarded(request, webhook, _join)


@router.post("/hold")
async def hold(request: Request, webhook: Verified) -> Response:
    """What a held caller hears."""
    return await guarded(request, webhook, _for_leg(_hold))


@router.post("/after")
async def leave_room(request: Request, webhook: Verified) -> Response:
    """The room has ended around a caller who is still there."""
    return await guarded(request, webhook, _for_caller(_after))


@router.post("/again")
async def wait_again(request: Request, webhook: Verified) -> Response:
    """Back into the line, first."""
    return await guarded(request, webhook, _for_caller(_again))


@router.post("/survey")
async def ask_rating(request: Request, webhook: Verified) -> Response:
    """The talk is over: five levels, or good-bye."""
    return await guarded(request, webhook, _for_caller(_survey))


@router.post("/rated")
async def take_rating(request: Request, webhook: Verified) -> Response:
    """The rating by key or voice; whoever was not satisfied is asked why, once."""
    return await guarded(request, webhook, _for_caller(_rated))


@router.post("/reason")
async def take_reason(request: Request, webhook: Verified) -> Response:
    """Why the resident was not satisfied."""
    return await guarded(request, webhook, _for_caller(_reason))


@router.post("/leg")
async def note_leg(request: Request, webhook: Verified) -> Response:
    """The state of a leg changed; applied forward only."""
    return await guarded(request, webhook, _for_leg(_leg_status))


@router.post("/room")
async def note_room(request: Request, webhook: Verified) -> Response:
    """Somebody joined a room, left it, or is held or muted."""
    return await guarded(request, webhook, _room_event)


def _for_caller(answer: ForCaller) -> Answer:
    """A webhook of the resident's own call, locked."""

    async def handle(session: AsyncSession, request: Request, webhook: Webhook) -> str:
        call = await calls.locked_call(session, webhook.call_sid)
        if call is None:
            request.state.strangers.note(Stranger.CALL)
            log.warning("telephony.unknown_call")
            return talk_documents.farewell_document()
        return await answer(session, request, webhook, call)

    return handle


def _for_leg(answer: ForLeg) -> Answer:
    """A webhook about a leg that we planned; its call is locked first."""

    async def handle(session: AsyncSession, request: Request, webhook: Webhook) -> str:
        leg_id = webhook.id_of("leg")
        leg = await calls.leg(session, leg_id) if leg_id else None
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        fresh = await calls.leg(session, leg.id) if leg else None
        if call is None or fresh is None:
            request.state.strangers.note(Stranger.LEG)
            log.warning("telephony.unknown_leg")
            return talk_documents.farewell_document()
        return await answer(session, request, webhook, call, fresh)

    return handle


async def _wait(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    provider: Provider = request.state.provider
    entry = await queries.open_entry(session, call.id)
    if entry is None:
        return talk_documents.waiting_document((), provider.url("sounds/wait.wav"))
    plan = await spoken_wait.next_round(session, call, entry, _whole(webhook, "QueueTime"))
    said = await spoken_wait.sentences(session, entry, plan, _texts(request, call))
    music = provider.url("sounds/wait.wav") if plan.has_music else None
    key_url = provider.url("key") if plan.offers_callback else None
    return talk_documents.waiting_document(said, music, key_url)


async def _key(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    texts = _texts(request, call)
    if webhook.fields.get("Digits") != "1":
        return twiml.empty_document()
    if await callbacks.keep_place(session, call):
        return talk_documents.leave_document(texts.text("callback_noted"))
    music = request.state.provider.url("sounds/wait.wav")
    return talk_documents.waiting_document([texts.text("callback_impossible")], music)


async def _waited(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    result = webhook.fields.get("QueueResult", "")
    if result == "hangup":
        await call_over(session, call)
    if result in _LEFT_BY_ITSELF:
        return twiml.empty_document()
    entry = await queries.open_entry(session, call.id)
    if entry is None or result == "leave":
        return talk_documents.farewell_document()
    log.error("telephony.line_failed", call_id=str(call.id))
    return _ask_message(request, call, "leave_message_instead")


async def _agent(
    session: AsyncSession, request: Request, webhook: Webhook, call: Call, leg: CallLeg
) -> str:
    if not connect.may_answer(call, leg, webhook.call_sid):
        return talk_documents.farewell_document((_texts(request, call).text("caller_left"),))
    room = await calls.room(session, leg.room_id)
    assert room is not None
    await connect.leg_answered(session, call, leg, webhook.call_sid)
    is_muted = leg.role == LegRole.SUPERVISOR
    return talk_documents.room_document(await _seat(session, request, room, leg, is_muted=is_muted))


async def _join(session: AsyncSession, request: Request, webhook: Webhook) -> str:
    leg_id = webhook.id_of("leg")
    leg = await calls.leg(session, leg_id) if leg_id else None
    call = await calls.call_under_lock(session, leg.call_id) if leg else None
    leg = await calls.leg(session, leg.id) if leg else None
    if call is None or leg is None or not _is_this(call, webhook):
        request.state.strangers.note(Stranger.LEG)
        log.warning("telephony.unknown_leg")
        return talk_documents.farewell_document()
    entry = await queries.open_entry(session, call.id)
    is_call_back = entry is not None and entry.is_callback
    call.provider_sid = webhook.call_sid
    own = await connect.caller_joins(session, call, leg)
    if own is None:
        return await _too_late(session, request, call)
    room = await calls.room(session, own.room_id)
    assert room is not None
    said = [_texts(request, call).text("callback_greeting")] if is_call_back else []
    return talk_documents.room_document(await _seat(session, request, room, own), said)


async def _too_late(session: AsyncSession, request: Request, call: Call) -> str:
    """The agent has gone in the meantime."""
    if call.direction == "outbound":
        return talk_documents.farewell_document((_texts(request, call).text("callback_too_late"),))
    return await _line_again(session, request, call)


async def _hold(
    _session: AsyncSession, request: Request, _webhook: Webhook, call: Call, leg: CallLeg
) -> str:
    entry = await queries.open_entry(_session, call.id)
    key = "reconnecting" if entry is not None and entry.is_recovering else "on_hold"
    music = request.state.provider.url("sounds/wait.wav")
    return talk_documents.hold_document(_texts(request, call).text(key), music)


async def _after(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    if webhook.fields.get("CallStatus") in ENDED or connect.has_ended(call):
        return twiml.empty_document()
    room_id = webhook.id_of("room")
    room = await calls.room(session, room_id) if room_id else None
    if room is None or room.is_over:
        return await _survey(session, request, webhook, call)
    entry = await queries.open_entry(session, call.id)
    if entry is None or await speaking(session, room.id):
        return await _survey(session, request, webhook, call)
    return await _line_again(session, request, call)


async def _again(session: AsyncSession, request: Request, _webhook: Webhook, call: Call) -> str:
    return await _line_again(session, request, call)


async def _line_again(session: AsyncSession, request: Request, call: Call) -> str:
    entry = await queries.open_entry(session, call.id)
    if entry is None:
        return talk_documents.farewell_document((_texts(request, call).text("goodbye"),))
    line = await queries.queue(session, entry.queue_id)
    if entry.room_id is not None:
        line = await go_back_in_line(session, call, entry)
    provider: Provider = request.state.provider
    place = Line(line.key, provider.url("wait"), provider.url("waited"))
    return talk_documents.line_document(place, [_texts(request, call).text("back_in_line")])


async def _survey(session: AsyncSession, request: Request, _webhook: Webhook, call: Call) -> str:
    texts = _texts(request, call)
    is_anonymous = conversation.load_talk(session, call).is_anonymous
    may_be_asked = rating.may_be_asked(call, is_anonymous=is_anonymous)
    if not may_be_asked or await queries.follows_emergency(session, call.id):
        return talk_documents.farewell_document((texts.text("goodbye"),))
    return talk_documents.question_document(texts.text("rate"), request.state.provider.url("rated"))


async def _rated(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    texts = _texts(request, call)
    digits = webhook.fields.get("Digits", "")
    level = rating.level_of(webhook.fields.get("SpeechResult", ""), digits)
    if level is None:
        return talk_documents.farewell_document((texts.text("goodbye"),))
    kept = await rating.keep_rating(session, call, level, by_key=bool(digits))
    if kept.level > rating.LOW:
        return talk_documents.farewell_document((texts.text("rate_thanks"),))
    url = request.state.provider.url("reason")
    return talk_documents.question_document(texts.text("rate_reason"), url)


async def _reason(session: AsyncSession, request: Request, webhook: Webhook, call: Call) -> str:
    await rating.keep_reason(session, call, webhook.fields.get("SpeechResult", "").strip())
    return talk_documents.farewell_document((_texts(request, call).text("rate_thanks"),))


async def _leg_status(
    session: AsyncSession, _request: Request, webhook: Webhook, call: Call, leg: CallLeg
) -> str:
    status = webhook.fields.get("CallStatus", "")
    if leg.provider_sid not in (None, webhook.call_sid):
        return twiml.empty_document()
    leg.provider_sid = webhook.call_sid
    if status in ENDED:
        await line_over(session, call, leg, status)
    elif status in _LEG_STATES:
        await connect.leg_rings(session, call, leg)
    return twiml.empty_document()


async def _room_event(session: AsyncSession, _request: Request, webhook: Webhook) -> str:
    fields = webhook.fields
    leg = await calls.leg_labelled(session, fields.get("ParticipantLabel", ""))
    call = await calls.call_under_lock(session, leg.call_id) if leg else None
    leg = await calls.leg(session, leg.id) if leg else None
    if call is None or leg is None:
        return twiml.empty_document()
    room = await calls.room(session, leg.room_id)
    if room is not None:
        room.conference_sid = room.conference_sid or fields.get("ConferenceSid")
    event = fields.get("StatusCallbackEvent", "")
    if event == "participant-join":
        await connect.leg_joined(session, call, leg)
    elif event == "participant-leave":
        await _party_left(session, call, leg, fields.get("ReasonParticipantLeft", ""))
    elif _whole(webhook, "SequenceNumber") > leg.sequence and leg.state == LegState.JOINED:
        leg.sequence = _whole(webhook, "SequenceNumber")
        is_held, is_muted = fields.get("Hold") == "true", fields.get("Muted") == "true"
        await sound_told(session, call, leg, is_held=is_held, is_muted=is_muted)
    return twiml.empty_document()


async def _party_left(session: AsyncSession, call: Call, leg: CallLeg, reason: str) -> None:
    """The caller's own call tells by itself when it is over; a diverted one only changes rooms."""
    if leg.role == LegRole.CALLER and reason == "participant_hung_up":
        await call_over(session, call)
    elif leg.role != LegRole.CALLER and reason in _ROOM_ENDED:
        await room_ended(session, call, leg)
    else:
        await leg_ended(session, call, leg, "completed")


async def _seat(
    session: AsyncSession, request: Request, room: TalkRoom, leg: CallLeg, *, is_muted: bool = False
) -> Seat:
    provider: Provider = request.state.provider
    is_caller = leg.role == LegRole.CALLER
    call = await session.get_one(Call, room.call_id)
    is_recorded = await recordings.is_on(session, call)
    return Seat(
        room=room.name, label=leg.label, events_url=provider.url("room"), is_caller=is_caller,
        action=provider.url(f"after?room={room.id}") if is_caller else None, is_muted=is_muted,
        recorded_url=provider.url(f"recorded?room={room.id}") if is_recorded else None,
    )  # fmt: skip


def _ask_message(request: Request, call: Call, key: str) -> str:
    url = request.state.provider.url("message")
    return talk_documents.question_document(_texts(request, call).text(key), url)


def _is_this(call: Call, webhook: Webhook) -> bool:
    return not service.is_placed(call) or call.provider_sid == webhook.call_sid


def _texts(request: Request, call: Call) -> Wording:
    wording: Wording = request.state.directory.of_city(call.city_id).wording
    return wording


def _whole(webhook: Webhook, name: str) -> int:
    return whole(webhook.fields.get(name, "")) or 0
