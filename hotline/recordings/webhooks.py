"""The host tells of a recording: it runs, it is over, there is none."""

from uuid import UUID

import structlog
from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.recordings import service
from hotline.recordings.models import RecordingKind
from hotline.recordings.service import Told
from hotline.telephony.webhook import Verified, Webhook

log = structlog.get_logger()
router = APIRouter(prefix="/telephony", include_in_schema=False)


@router.post("/recorded", status_code=204)
async def note_recording(request: Request, webhook: Verified) -> Response:
    """Twice or late is normal; a recording of a call that we do not know is no failure."""
    async with request.state.database.transaction() as session:
        call = await _call(session, webhook)
        if call is None or not webhook.fields.get("RecordingSid"):
            log.warning("telephony.unknown_recording")
        else:
            await _note(session, call, webhook)
    return Response(status_code=204)


async def _note(session: AsyncSession, call: Call, webhook: Webhook) -> None:
    """Hosts that name no state tell only of what is over."""
    told = told_by(webhook)
    status = webhook.fields.get("RecordingStatus", "completed")
    if status == "completed":
        await service.note_ended(session, call, told)
    elif status == "in-progress":
        await service.note_running(session, call, told)
    elif status in ("absent", "failed"):
        await service.note_lost(session, call, told)


def told_by(webhook: Webhook) -> Told:
    room_id = _uuid(webhook.query.get("room"))
    return Told(
        provider_sid=webhook.fields["RecordingSid"],
        seconds=_whole(webhook.fields.get("RecordingDuration", "")),
        room_id=room_id,
        kind=RecordingKind.TALK if room_id else RecordingKind.MESSAGE,
    )


async def _call(session: AsyncSession, webhook: Webhook) -> Call | None:
    """A conference is of no single call of the host, so our own address names the room."""
    room_id = _uuid(webhook.query.get("room"))
    if room_id is None:
        return await calls.locked_call(session, webhook.call_sid)
    room = await calls.room(session, room_id)
    return await calls.call_under_lock(session, room.call_id) if room else None


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
