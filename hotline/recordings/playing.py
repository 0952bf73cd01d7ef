"""Hear a recording: with a scope, a reason, and a line in the audit trail."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.attachments.keeping import Store
from hotline.audit.models import Result
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.db import Database
from hotline.errors import Conflict, HotlineError, ScopeMissing
from hotline.principal import Principal
from hotline.recordings import queries
from hotline.recordings.models import CallRecording, RecordingKind, RecordingState
from hotline.tickets.revealing import StillSealed, is_unsealed
from hotline.vault import vault_of

log = structlog.get_logger()

TABLE, COLUMN = "call_recording", "content"
_HEARS_ALL = frozenset({"city_supervisor", "district_supervisor"})


class SoundMissing(HotlineError):
    status, code, detail = 410, "recording_missing", "录音文件已经不在，无法收听。"


class NotPlayable(Conflict):
    code, detail = "recording_not_kept", "录音还没有保存好，或者已经到期删除。"


async def play(
    session: AsyncSession, principal: Principal, store: Store, recording: CallRecording, *,
    reason: str,
) -> bytes:  # fmt: skip
    """The sound, as WAV. Raises ScopeMissing, StillSealed, NotPlayable, SoundMissing."""
    call = await calls.call(session, principal, recording.call_id)
    if not may_hear(principal, call, recording):
        raise ScopeMissing
    await _require_unsealed(session, principal, call, recording)
    if recording.state != RecordingState.KEPT:
        raise NotPlayable
    try:
        sealed = await store.read(recording.id)
    except FileNotFoundError:
        log.error("recordings.sound_missing", recording_id=str(recording.id))
        raise SoundMissing from None
    sound = vault_of(session).open_bytes(sealed, table=TABLE, column=COLUMN, row=recording.id)
    await audit.record(
        session, principal, "recording.played", target=f"recording:{recording.id}", reason=reason,
        call_id=str(call.id),
    )  # fmt: skip
    return sound


def may_hear(principal: Principal, call: Call, recording: CallRecording) -> bool:
    """Supervisors every talk that they see; others their own talks and what was left for us."""
    is_own = principal.account_id is not None and call.agent_id == principal.account_id
    is_message = recording.kind == RecordingKind.MESSAGE
    return is_own or is_message or not principal.roles.isdisjoint(_HEARS_ALL)


async def note_refused(
    database: Database, principal: Principal, recording_id: UUID, reason: str
) -> None:
    """A refusal rolls its transaction back, so it is written down in one of its own."""
    async with database.transaction() as session:
        await audit.record(
            session, principal, "recording.played", target=f"recording:{recording_id}",
            reason=reason, result=Result.REFUSED,
        )  # fmt: skip


async def _require_unsealed(
    session: AsyncSession, principal: Principal, call: Call, recording: CallRecording
) -> None:
    """A voice tells who an informant is: it opens as the ticket does, by two persons."""
    assert principal.account_id is not None
    for ticket in await queries.tickets_of(session, call, recording):
        if ticket.confidential and not await is_unsealed(session, ticket.id, principal.account_id):
            raise StillSealed
