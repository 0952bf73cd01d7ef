"""Every SELECT on recordings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, TalkRoom
from hotline.errors import NotFound
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.recordings.keeping import DEFAULT_TERMS, Terms
from hotline.recordings.models import CallRecording, RecordingRules, RecordingState
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket

_IS_FREE = (CallRecording.state == RecordingState.KEPT, ~CallRecording.is_held)


def visible_to(principal: Principal) -> Select[CallRecording]:
    """Recordings of the calls that the principal may see."""
    seen = calls.visible_to(principal).with_only_columns(Call.id)
    return select(CallRecording).where(CallRecording.call_id.in_(seen))


async def of_call(
    session: AsyncSession, principal: Principal, call_id: UUID
) -> Sequence[CallRecording]:
    """Oldest first. Raises NotFound for a call that is not visible."""
    await calls.call(session, principal, call_id)
    chosen = visible_to(principal).where(CallRecording.call_id == call_id)
    return (await session.scalars(chosen.order_by(CallRecording.id))).all()


async def of_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID
) -> Sequence[CallRecording]:
    """Of the calls that the ticket came from or was spoken of in, as far as they are visible."""
    ticket = await tickets.ticket(session, principal, ticket_id)
    named = select(Call.id).where(Call.ticket_ids.contains([str(ticket.id)]))
    chosen = visible_to(principal).where(
        or_(
            CallRecording.ticket_id == ticket.id,
            CallRecording.call_id == ticket.call_id,
            CallRecording.call_id.in_(named.where(Call.city_id == ticket.city_id)),
        )
    )
    return (await session.scalars(chosen.order_by(CallRecording.id))).all()


async def recording(
    session: AsyncSession, principal: Principal, call_id: UUID, recording_id: UUID
) -> CallRecording:
    """Raises NotFound, also for one of another call."""
    found = await session.scalar(
        visible_to(principal).where(
            CallRecording.id == recording_id, CallRecording.call_id == call_id
        )
    )
    if found is None:
        raise NotFound
    return found


async def by_sid(session: AsyncSession, provider_sid: str) -> CallRecording | None:
    chosen = select(CallRecording).where(CallRecording.provider_sid == provider_sid)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def by_id(session: AsyncSession, recording_id: UUID) -> CallRecording | None:
    return await session.get(CallRecording, recording_id, populate_existing=True)


async def running(session: AsyncSession, call_id: UUID) -> CallRecording | None:
    """What is being recorded of the call now."""
    return await session.scalar(
        select(CallRecording)
        .where(CallRecording.call_id == call_id, CallRecording.state == RecordingState.RUNNING)
        .order_by(CallRecording.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


async def room_of(session: AsyncSession, recording: CallRecording) -> TalkRoom | None:
    return await session.get(TalkRoom, recording.room_id) if recording.room_id else None


async def terms_of(session: AsyncSession, organization_id: UUID) -> Terms:
    """The organization's own terms, else those of the nearest above it, else the shipped ones."""
    path = await organizations.path_ids(session, organization_id)
    newest = (
        select(RecordingRules)
        .where(RecordingRules.organization_id.in_(path))
        .ext(distinct_on(RecordingRules.organization_id))
        .order_by(RecordingRules.organization_id, RecordingRules.id.desc())
    )
    rows = sorted(await session.scalars(newest), key=lambda row: path.index(row.organization_id))
    if not rows:
        return DEFAULT_TERMS
    own = rows[0]
    return Terms(own.is_on, own.keep_months, own.keep_matter_months, own.keep_self_harm_months)


def unheard_of(before: datetime) -> Select[CallRecording]:
    """Running ones whose call is over since then: the host's news of them was lost."""
    return (
        select(CallRecording)
        .join(Call, Call.id == CallRecording.call_id)
        .where(CallRecording.state == RecordingState.RUNNING)
        .where(Call.status == CallStatus.ENDED, Call.ended_at < before)
        .order_by(CallRecording.id)
    )


def unrecorded_rooms(since: datetime, before: datetime) -> Select[TalkRoom]:
    """Rooms in which a caller talked and of whose recording the host has told nothing."""
    told = select(CallRecording.id).where(CallRecording.room_id == TalkRoom.id).exists()
    talked = (
        select(CallLeg.id)
        .where(CallLeg.room_id == TalkRoom.id, CallLeg.role == LegRole.CALLER)
        .exists()
    )
    return select(TalkRoom).where(
        TalkRoom.closed_at > since,
        TalkRoom.closed_at < before,
        TalkRoom.conference_sid.is_not(None),
        talked,
        ~told,
    )


def kept_before(moment: datetime, limit: int) -> Select[UUID]:
    """Ids of old ones that nobody holds back, oldest first."""
    return (
        select(CallRecording.id)
        .where(*_IS_FREE, CallRecording.ended_at < moment)
        .order_by(CallRecording.ended_at, CallRecording.id)
        .limit(limit)
    )


def free_to_change(recording_id: UUID) -> Select[CallRecording, Call]:
    """The same one with its call, locked: whoever would hold it back meanwhile waits."""
    return (
        select(CallRecording, Call)
        .join(Call, Call.id == CallRecording.call_id)
        .where(*_IS_FREE, CallRecording.id == recording_id)
        .with_for_update(of=CallRecording)
    )


async def tickets_of(
    session: AsyncSession, call: Call, recording: CallRecording
) -> Sequence[Ticket]:
    """Every ticket that was opened or spoken of in the call."""
    named = [UUID(str(one)) for one in call.ticket_ids]
    chosen = select(Ticket).where(
        or_(Ticket.call_id == call.id, Ticket.id.in_(named), Ticket.id == recording.ticket_id)
    )
    return (await session.scalars(chosen.order_by(Ticket.id))).all()
