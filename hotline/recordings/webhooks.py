"""The host tells of a recording, and of messages that callers leave while nobody answers.

A message is heard as words first; where the recognizer heard nothing, or hardly, it is recorded.
Either way it is a ticket before the caller hears that it was kept.
"""

from dataclasses import replace
from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import queries as calls
from hotline.calls.answering import guarded
from hotline.calls.models import Call
from hotline.calls.service import caller_number
from hotline.consents.service import version_of
from hotline.conversation.effects import machine
from hotline.conversation.wording import Wording
from hotline.queueing import callbacks
from hotline.queueing import queries as lines
from hotline.queueing.enter_line import leave_line
from hotline.recordings import service
from hotline.recordings.models import RecordingKind
from hotline.recordings.service import Told
from hotline.telephony.provider import Provider
from hotline.telephony.strangers import Stranger
from hotline.telephony.talk_documents import (
    MESSAGE_SILENCE,
    Tape,
    farewell_document,
    message_document,
)
from hotline.telephony.webhook import Verified, Webhook, whole
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket, TicketKind

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)

SURE_WORDS = 0.4
"""Below this the recognizer has rather guessed."""


@router.post("/recorded", status_code=204)
async def note_recording(request: Request, webhook: Verified) -> Response:
    """Twice or late is normal; a recording of a call that we do not know is no failure."""
    async with request.state.database.transaction() as session:
        call = await _call(session, webhook)
        if call is None or not webhook.fields.get("RecordingSid"):
            log.warning("telephony.unknown_recording")
        else:
            await _note(session, call, webhook, _texts(request, call))
    return Response(status_code=204)


@router.post("/message")
async def take_message(request: Request, webhook: Verified) -> Response:
    """The message in words; what was not understood is asked for once more, as sound."""
    return await guarded(request, webhook, _message)


@router.post("/message-recorded")
async def take_recorded_message(request: Request, webhook: Verified) -> Response:
    """The message as sound, also of one who hung up instead of pressing the key."""
    return await guarded(request, webhook, _recorded_message)


async def _message(session: AsyncSession, request: Request, webhook: Webhook) -> str:
    call = await calls.locked_call(session, webhook.call_sid)
    if call is None:
        request.state.strangers.note(Stranger.CALL)
        log.warning("telephony.unknown_call")
        return farewell_document()
    texts = _texts(request, call)
    words = webhook.fields.get("SpeechResult", "").strip()
    if not words:
        return _ask_to_record(request.state.provider, texts, "message_record", None)
    ticket = await _open(session, call, texts, words)
    if _confidence(webhook) < SURE_WORDS:
        return _ask_to_record(request.state.provider, texts, "message_unclear", ticket.id)
    return farewell_document((texts.text("message_kept"),))


async def _recorded_message(session: AsyncSession, request: Request, webhook: Webhook) -> str:
    call = await calls.locked_call(session, webhook.call_sid)
    if call is None or not webhook.fields.get("RecordingSid"):
        request.state.strangers.note(Stranger.CALL)
        log.warning("telephony.unknown_call")
        return farewell_document()
    texts = _texts(request, call)
    told = told_by(webhook)
    ticket_id = webhook.id_of("ticket")
    if is_message(told.seconds or 0, webhook.fields.get("Digits", "")):
        if ticket_id is None:
            words = texts.text("message_words", seconds=str(told.seconds))
            ticket_id = (await _open(session, call, texts, words)).id
        await service.note_ended(session, call, replace(told, ticket_id=ticket_id))
    key = "goodbye" if ticket_id is None else "message_kept"
    return farewell_document((texts.text(key),))


def is_message(seconds: int, digits: str) -> bool:
    """Whether somebody spoke: more than the silence that ends a recording, or ended by hand."""
    return seconds > (1 if digits else MESSAGE_SILENCE)


async def _open(session: AsyncSession, call: Call, texts: Wording, words: str) -> Ticket:
    ticket = await tickets.open_ticket(
        session, await machine(session, call, texts), kind=TicketKind.OTHER,
        title=texts.text("message_title"), description=words, district=call.district,
        caller_number=caller_number(session, call), call_id=call.id,
    )  # fmt: skip
    if str(ticket.id) not in call.ticket_ids:
        call.ticket_ids = [*call.ticket_ids, str(ticket.id)]
    entry = await lines.open_entry(session, call.id)
    if entry is not None:
        await leave_line(session, entry, "message")
    await callbacks.forgive(session, call)
    return ticket


def _ask_to_record(provider: Provider, texts: Wording, key: str, ticket_id: UUID | None) -> str:
    path = f"message-recorded?ticket={ticket_id}" if ticket_id else "message-recorded"
    tape = Tape(provider.url(path), provider.url("recorded"))
    return message_document(texts.text(key), tape, texts.text("goodbye"))


def _texts(request: Request, call: Call) -> Wording:
    wording: Wording = request.state.directory.of_city(call.city_id).wording
    return wording


def _confidence(webhook: Webhook) -> float:
    """A recognizer that tells none is believed."""
    try:
        return float(webhook.fields.get("Confidence", "") or 1)
    except ValueError:
        return 1.0


async def _note(session: AsyncSession, call: Call, webhook: Webhook, texts: Wording) -> None:
    """Hosts that name no state tell only of what is over."""
    notice = version_of("greeting", texts.text("greeting"))
    told = replace(told_by(webhook), notice=notice)
    status = webhook.fields.get("RecordingStatus", "completed")
    if status == "completed":
        await service.note_ended(session, call, told)
    elif status == "in-progress":
        await service.note_running(session, call, told)
    elif status in ("absent", "failed"):
        await service.note_lost(session, call, told)


def told_by(webhook: Webhook) -> Told:
    room_id = webhook.id_of("room")
    return Told(
        provider_sid=webhook.fields["RecordingSid"],
        seconds=whole(webhook.fields.get("RecordingDuration", "")),
        room_id=room_id,
        kind=RecordingKind.TALK if room_id else RecordingKind.MESSAGE,
    )


async def _call(session: AsyncSession, webhook: Webhook) -> Call | None:
    """A conference is of no single call of the host, so our own address names the room."""
    room_id = webhook.id_of("room")
    if room_id is None:
        return await calls.locked_call(session, webhook.call_sid)
    room = await calls.room(session, room_id)
    return await calls.call_under_lock(session, room.call_id) if room else None
