"""Recordings of calls and tickets: facts for whoever sees the call, sound with a reason."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from hotline.accounts.auth import (
    AnyAccount,
    CallReader,
    CallTaker,
    RecordingPlayer,
    SeatSupervisor,
)
from hotline.attachments.keeping import Store
from hotline.calls import queries as calls
from hotline.calls.schemas import CallOut
from hotline.db import Tx
from hotline.errors import NotFound, ScopeMissing
from hotline.file_answers import file_of
from hotline.organizations.queries import organization
from hotline.queueing.seating import own_leg
from hotline.recordings import playing, queries, service
from hotline.recordings.models import CallRecording
from hotline.recordings.schemas import (
    HoldIn,
    PlayIn,
    RecordingList,
    RecordingOut,
    RecordingTermsIn,
    RecordingTermsOut,
)
from hotline.tickets.revealing import StillSealed
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["recordings"])


async def seen_call(call_id: UUID, session: Tx, principal: AnyAccount) -> UUID:
    """The id of a call that the principal may see. Declare it before the scoped principal."""
    return (await calls.call(session, principal, call_id)).id


async def seen_recording(
    call_id: UUID, recording_id: UUID, session: Tx, principal: AnyAccount
) -> CallRecording:
    """A recording of a visible call; one that is not visible is 404 before all else."""
    return await queries.recording(session, principal, call_id, recording_id)


SeenCall = Annotated[UUID, Depends(seen_call)]
SeenRecording = Annotated[CallRecording, Depends(seen_recording)]


@router.get("/calls/{call_id}/recordings")
async def list_recordings(call_id: SeenCall, principal: CallReader, session: Tx) -> RecordingList:
    """通话的录音：只有时间、时长和状态，不含声音。"""
    found = await queries.of_call(session, principal, call_id)
    return RecordingList(items=[RecordingOut.of(one) for one in found])


@router.get("/tickets/{ticket_id}/recordings")
async def list_ticket_recordings(
    ticket_id: SeenTicket, principal: CallReader, session: Tx
) -> RecordingList:
    """工单相关通话的录音和来电人留言。"""
    found = await queries.of_ticket(session, principal, ticket_id)
    return RecordingList(items=[RecordingOut.of(one) for one in found])


@router.post(
    "/calls/{call_id}/recordings/{recording_id}/play",
    response_class=Response,
    responses=file_of("audio/wav"),
)
async def play_recording(
    request: Request,
    recording: SeenRecording,
    principal: RecordingPlayer,
    session: Tx,
    body: PlayIn,
) -> Response:
    """收听录音：须说明理由，留痕；保密工单须先经两人批准。"""
    store = Store.of(request.state.settings)
    try:
        sound = await playing.play(session, principal, store, recording, reason=body.reason)
    except (ScopeMissing, StillSealed):
        database = request.state.database
        await playing.note_refused(database, principal, recording.id, body.reason)
        raise
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(sound, headers=headers, media_type="audio/wav")


@router.put("/calls/{call_id}/recordings/{recording_id}/hold")
async def hold_recording(
    recording: SeenRecording, principal: SeatSupervisor, session: Tx, body: HoldIn
) -> RecordingOut:
    """到期不删除，或恢复按期删除。"""
    await service.hold(session, principal, recording, on=body.on, reason=body.reason)
    return RecordingOut.of(recording)


@router.post("/calls/{call_id}/recording/pause")
async def pause_recording(call_id: SeenCall, principal: CallTaker, session: Tx) -> CallOut:
    """暂停录音：来电人要说证件号、银行卡号等内容时。"""
    return await _paused(session, principal, call_id, on=True)


@router.post("/calls/{call_id}/recording/resume")
async def resume_recording(call_id: SeenCall, principal: CallTaker, session: Tx) -> CallOut:
    """继续录音。"""
    return await _paused(session, principal, call_id, on=False)


@router.get("/recording-rules")
async def read_terms(session: Tx, principal: CallReader) -> RecordingTermsOut:
    """本机构的录音开关和保存期限（月）。"""
    return RecordingTermsOut.of(await queries.terms_of(session, principal.organization_id))


@router.put("/organizations/{organization_id}/recording-rules")
async def set_terms(
    session: Tx, principal: SeatSupervisor, organization_id: UUID, body: RecordingTermsIn
) -> RecordingTermsOut:
    """设定录音开关和保存期限，对本机构及下级有效。"""
    if organization_id not in principal.subtree:
        raise NotFound
    await organization(session, organization_id)
    await service.set_terms(session, principal, organization_id, body)
    return RecordingTermsOut.of(await queries.terms_of(session, organization_id))


async def _paused(session: Tx, principal: CallTaker, call_id: UUID, *, on: bool) -> CallOut:
    call = await calls.call_to_change(session, principal, call_id)
    await own_leg(session, principal, call)
    await service.pause(session, principal, call, on=on)
    return CallOut.model_validate(call)
