"""Every change of a recording. Whoever calls these holds the lock of its call."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.consents import service as consents
from hotline.consents.service import Answered
from hotline.consents.states import Answer, Channel, Purpose
from hotline.errors import Conflict
from hotline.events import service as events
from hotline.jobs import service as jobs
from hotline.principal import Principal
from hotline.recordings import queries
from hotline.recordings.models import (
    CallRecording,
    RecordingKind,
    RecordingRules,
    RecordingState,
)
from hotline.recordings.schemas import RecordingOut, RecordingTermsIn

FETCH = "recordings.fetch"
SETTLE = "recordings.settle"
LOOK = "recordings.look"
RETIRE = "recordings.retire"
FETCH_ATTEMPTS = 12
"""A file may be ready late, and a host may be away for an hour."""


class NotRecorded(Conflict):
    code, detail = "not_recorded", "这通电话没有在录音。"


@dataclass(frozen=True, slots=True)
class Told:
    """What the host says of a recording; `seconds` once it is over."""

    provider_sid: str
    seconds: int | None = None
    room_id: UUID | None = None
    ticket_id: UUID | None = None
    kind: RecordingKind = RecordingKind.TALK
    notice: str | None = None
    """Which words told the caller of it."""


async def note_running(session: AsyncSession, call: Call, told: Told) -> CallRecording:
    """It runs, as far as we knew nothing newer; coming twice or late changes nothing."""
    found = await queries.by_sid(session, told.provider_sid)
    if found is not None:
        return found
    recording = CallRecording(
        call_id=call.id, city_id=call.city_id, room_id=told.room_id, ticket_id=told.ticket_id,
        provider_sid=told.provider_sid, kind=told.kind, state=RecordingState.RUNNING,
        wants_paused=False, is_paused=False, pauses=[], is_held=False, started_at=clock.now(),
    )  # fmt: skip
    session.add(recording)
    await session.flush()
    await consents.note(session, Answered(
        call.city_id, f"call:{call.id}", Purpose.RECORDING, Answer.TOLD, Channel.VOICE,
        call.from_blind, told.notice,
    ))  # fmt: skip
    await _show(session, call, recording)
    return recording


async def note_ended(session: AsyncSession, call: Call, told: Told) -> CallRecording:
    """Once: the sound is fetched by a job."""
    recording = await note_running(session, call, told)
    recording.ticket_id = recording.ticket_id or told.ticket_id
    if recording.state != RecordingState.RUNNING:
        return recording
    recording.state, recording.ended_at = RecordingState.ENDED, clock.now()
    recording.seconds = told.seconds
    if told.seconds is not None:
        began = recording.ended_at - timedelta(seconds=told.seconds)
        recording.started_at = min(recording.started_at, began)
    await jobs.enqueue(
        session, FETCH, {"recording_id": str(recording.id)}, dedupe=str(recording.id),
        max_attempts=FETCH_ATTEMPTS,
    )  # fmt: skip
    await _show(session, call, recording)
    return recording


async def note_lost(session: AsyncSession, call: Call, told: Told) -> None:
    """The host recorded nothing, or has it no more."""
    recording = await note_running(session, call, told)
    if recording.state in (RecordingState.RUNNING, RecordingState.ENDED):
        recording.state = RecordingState.LOST
        recording.ended_at = recording.ended_at or clock.now()
        await _show(session, call, recording)


async def note_kept(
    session: AsyncSession, call: Call, recording: CallRecording, *, size: int, digest: bytes
) -> None:
    recording.state, recording.kept_at = RecordingState.KEPT, clock.now()
    recording.size, recording.digest = size, digest
    await _show(session, call, recording)


async def pause(session: AsyncSession, principal: Principal, call: Call, *, on: bool) -> None:
    """Leave out what is said from now on, or go on; a job asks the host. Raises NotRecorded."""
    recording = await queries.running(session, call.id)
    if recording is None or recording.kind != RecordingKind.TALK:
        raise NotRecorded
    if recording.wants_paused == on:
        return
    recording.wants_paused = on
    await jobs.enqueue(session, SETTLE, {"recording_id": str(recording.id)})
    action = "recording.paused" if on else "recording.resumed"
    await audit.record(session, principal, action, target=f"recording:{recording.id}")
    await show_state(session, call)


async def note_paused(
    session: AsyncSession, call: Call, recording: CallRecording, *, on: bool
) -> None:
    """The host has done it."""
    if recording.is_paused == on:
        return
    recording.is_paused = on
    now = clock.now().isoformat()
    if on:
        recording.pauses = [*recording.pauses, {"at": now, "until": None}]
    else:
        *earlier, last = recording.pauses
        recording.pauses = [*earlier, {**last, "until": now}]
    await _show(session, call, recording)


async def hold(
    session: AsyncSession, principal: Principal, recording: CallRecording, *, on: bool, reason: str
) -> None:
    """A person says that it must be kept whatever its time, or no longer.

    Waits for whoever is erasing it. Raises Conflict once it is erased.
    """
    await session.refresh(recording, with_for_update=True)
    if recording.state == RecordingState.ERASED:
        raise Conflict
    recording.is_held = on
    action = "recording.held" if on else "recording.released"
    await audit.record(
        session, principal, action, target=f"recording:{recording.id}", reason=reason
    )
    await _tell(session, await session.get_one(Call, recording.call_id), recording)


async def set_terms(
    session: AsyncSession, principal: Principal, organization_id: UUID, wanted: RecordingTermsIn
) -> None:
    """For the organization and all below it, from now on; kept recordings follow them too."""
    session.add(
        RecordingRules(
            organization_id=organization_id, set_by_id=principal.account_id,
            **wanted.model_dump(),
        )
    )  # fmt: skip
    await session.flush()
    target = f"organization:{organization_id}"
    await audit.record(
        session, principal, "recording_rules.changed", target=target, **wanted.model_dump()
    )


async def is_on(session: AsyncSession, call: Call) -> bool:
    """Whether talks are recorded where this call belongs."""
    place = call.district_id or call.organization_id
    return (await queries.terms_of(session, place)).is_on


async def show_state(session: AsyncSession, call: Call) -> None:
    """Bring `call.recording` to what is so, and tell the consoles when that is news."""
    await session.flush()
    now = await queries.running(session, call.id)
    shown = None if now is None or now.kind != RecordingKind.TALK else _state_of(now)
    if shown == call.recording:
        return
    call.recording = shown
    await calls.announce(session, "call.changed", call)


def _state_of(recording: CallRecording) -> str:
    """While it is not sure yet, the worse is shown: still heard, or still left out."""
    if recording.is_paused:
        return "paused"
    return "pausing" if recording.wants_paused else "on"


async def _show(session: AsyncSession, call: Call, recording: CallRecording) -> None:
    await session.flush()
    await show_state(session, call)
    await _tell(session, call, recording)


async def _tell(session: AsyncSession, call: Call, recording: CallRecording) -> None:
    await events.record(
        session, "call.recorded", subject_id=recording.id,
        payload=RecordingOut.of(recording), audience=await calls.audience_of(session, call),
        scope=calls.CALLS_SCOPE,
    )  # fmt: skip
