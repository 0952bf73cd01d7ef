"""Agent and caller meet: the agent answers, joins the room, the caller is brought, they talk."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import legs
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, LegState
from hotline.jobs import service as jobs
from hotline.queueing import callbacks, queries
from hotline.queueing.lines import announce_line
from hotline.queueing.models import EntryStatus, OfferState, QueueEntry
from hotline.queueing.seating import caller_in, hold_caller, take_over
from hotline.queueing.transfer import party_joined
from hotline.queueing.work import BRING_CALLER, CHECK_JOINED, Aim, settle

CHECK_AFTER = timedelta(seconds=3)


def may_answer(call: Call, leg: CallLeg, sid: str) -> bool:
    """Whether this call of the host may still come into the room as this leg."""
    is_ours = leg.provider_sid in (None, sid)
    return is_ours and not leg.wants_end and leg.state != LegState.ENDED and not has_ended(call)


def has_ended(call: Call) -> bool:
    return call.status == CallStatus.ENDED


async def leg_answered(session: AsyncSession, call: Call, leg: CallLeg, sid: str) -> None:
    """Somebody has picked up; in case the host's news of the room is lost, we look ourselves."""
    leg.provider_sid = sid
    if await legs.advance(session, call, leg, LegState.ANSWERED):
        look_at = clock.now() + CHECK_AFTER
        await jobs.enqueue(session, CHECK_JOINED, {"leg_id": str(leg.id)}, run_at=look_at)


async def leg_rings(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    await legs.advance(session, call, leg, LegState.RINGING)


async def leg_joined(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """The host tells that a party is in the room; news that are late or come twice are nothing."""
    if not await legs.advance(session, call, leg, LegState.JOINED):
        return
    if (leg.wants_held, leg.wants_muted) != (leg.is_held, leg.is_muted):
        await settle(session, leg)
    if leg.role == LegRole.CALLER:
        return
    if leg.aim == Aim.CONNECT:
        await _agent_joined(session, call, leg)
    else:
        await party_joined(session, call, leg)


async def caller_joins(session: AsyncSession, call: Call, leg: CallLeg) -> CallLeg | None:
    """The caller asks for the room of an agent who waits there: the caller's own leg, or None.

    The document that brings the caller in is the moment of the answer: unlike the room's news it
    cannot be lost.
    """
    entry = await queries.open_entry(session, call.id)
    if entry is None or has_ended(call) or not _is_waiting(leg):
        return None
    room = await calls.room(session, leg.room_id)
    assert room is not None
    present = await caller_in(session, room.id)
    if present is not None:
        return present
    own = await legs.plan_leg(
        session, call, room, legs.NewLeg(LegRole.CALLER, Aim.TALK, call.from_masked)
    )
    await _begin(session, call, entry, leg)
    return own


async def _agent_joined(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    offer = await queries.offer_on_leg(session, leg.id)
    if offer is None or offer.state != OfferState.RINGING or has_ended(call):
        await settle(session, leg, wants_end=True)
        return
    offer.state, offer.ended_at = OfferState.JOINED, clock.now()
    entry = await queries.entry(session, offer.entry_id)
    assert entry is not None
    if entry.is_recovering:
        await _go_on(session, call, entry, leg)
        return
    await jobs.enqueue(session, BRING_CALLER, {"leg_id": str(leg.id)})


async def _go_on(session: AsyncSession, call: Call, entry: QueueEntry, leg: CallLeg) -> None:
    """The caller is in the room already, on hold since the line of the last agent dropped."""
    entry.is_recovering = False
    await hold_caller(session, leg.room_id, on=False)
    await _begin(session, call, entry, leg)


async def _begin(session: AsyncSession, call: Call, entry: QueueEntry, leg: CallLeg) -> None:
    entry.status = EntryStatus.ANSWERED
    entry.answered_at = entry.answered_at or clock.now()
    await take_over(session, call, leg)
    if entry.is_callback:
        await callbacks.reached(session, call)
    await announce_line(session, entry.queue_id)


def _is_waiting(leg: CallLeg) -> bool:
    return leg.state in (LegState.ANSWERED, LegState.JOINED) and not leg.wants_end
