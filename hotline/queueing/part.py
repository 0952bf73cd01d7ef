"""A party goes: the caller hangs up, the agent ends the talk, or the agent's line drops.

A line that drops without the agent having said so is not the end of the talk: the caller is held
with an apology, the agent's next telephone rings, then the next agent's; if nobody has come after
30 seconds the caller stands in the line again, first.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import presence
from hotline.agents import service as agents
from hotline.agents.models import Presence
from hotline.calls import legs, service
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, LegState, TalkRoom
from hotline.jobs import service as jobs
from hotline.queueing import callbacks, queries
from hotline.queueing.enter_line import go_back_in_line, leave_line, wait_on
from hotline.queueing.models import EntryStatus, OfferState, QueueEntry
from hotline.queueing.offers import close_offer, ring_next_address
from hotline.queueing.seating import (
    hold_caller,
    speaking,
    take_over,
    wind_up,
    wrap_up_seconds,
)
from hotline.queueing.transfer import consult_failed
from hotline.queueing.work import CHECK_LEFT, DIVERT_CALLER, GIVE_UP_RECOVERY

RECOVERY = timedelta(seconds=30)
NEWS_OF_ROOM = timedelta(seconds=2)
_OFFER_ENDS = {
    "busy": OfferState.BUSY,
    "no-answer": OfferState.NO_ANSWER,
    "failed": OfferState.FAILED,
    "canceled": OfferState.NO_ANSWER,
    "completed": OfferState.FAILED,
}


async def leg_ended(session: AsyncSession, call: Call, leg: CallLeg, reason: str) -> None:
    """The host tells that a party is gone; twice is nothing."""
    was_joined = leg.state == LegState.JOINED
    if not await legs.advance(session, call, leg, LegState.ENDED, reason=reason):
        return
    if leg.role in (LegRole.SUPERVISOR, LegRole.CALLER):
        return
    offer = await queries.offer_on_leg(session, leg.id)
    if offer is not None and offer.state == OfferState.RINGING:
        await close_offer(session, call, offer, _OFFER_ENDS.get(reason, OfferState.FAILED))
        return
    if was_joined:
        await _left_the_talk(session, call, leg)
    else:
        await agents.release(session, leg.id)
        await consult_failed(session, call, leg)


async def line_over(session: AsyncSession, call: Call, leg: CallLeg, reason: str) -> None:
    """The call of a party has ended. Of one in a room the room tells more, so it goes first."""
    if leg.state != LegState.JOINED:
        await leg_ended(session, call, leg, reason)
        return
    look_at = clock.now() + NEWS_OF_ROOM
    await jobs.enqueue(session, CHECK_LEFT, {"leg_id": str(leg.id)}, run_at=look_at)


async def room_ended(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """A party is out because the caller left the room: no line has dropped."""
    if not await legs.advance(session, call, leg, LegState.ENDED, reason="completed"):
        return
    if leg.role == LegRole.AGENT and not leg.wants_end:
        await agents.begin_wrap_up(session, leg.id, await wrap_up_seconds(session, call))
    else:
        await agents.release(session, leg.id)


async def call_over(session: AsyncSession, call: Call) -> None:
    """The resident is gone: everything that was going on for this call ends."""
    if call.status == CallStatus.ENDED:
        return
    await service.end_call(session, call)
    ringing = await queries.ringing_offer(session, call.id)
    if ringing is not None:
        await close_offer(session, call, ringing, OfferState.CANCELED)
    wrap_up = await wrap_up_seconds(session, call)
    for leg in await calls.legs_of(session, call.id):
        await _let_go(session, call, leg, wrap_up)
    entry = await queries.open_entry(session, call.id)
    if entry is not None:
        await _close_entry(session, call, entry)


async def told_over(session: AsyncSession, sid: str, planned: UUID | None) -> None:
    """The host tells that a call has ended; one that nobody here knows is no failure."""
    call = await _call_told_of(session, sid, planned)
    if call is not None:
        await call_over(session, call)


async def _call_told_of(session: AsyncSession, sid: str, planned: UUID | None) -> Call | None:
    """By the host's SID; a call that we placed is named by its id, lest news come first."""
    call = await calls.locked_call(session, sid)
    if call is not None or planned is None:
        return call
    placed = await calls.call_under_lock(session, planned)
    if placed is None or service.is_placed(placed):
        return None
    placed.provider_sid = sid
    return placed


async def end_talk(session: AsyncSession, call: Call, room: TalkRoom) -> None:
    """The agent ends the talk: the caller goes on to the rating, everybody else out."""
    room.is_over = True
    wrap_up = await wrap_up_seconds(session, call)
    payload = {"call_id": str(call.id), "to": "survey"}
    await jobs.enqueue(session, DIVERT_CALLER, payload)
    for leg in await calls.live_legs(session, room.id):
        if leg.role != LegRole.CALLER:
            await wind_up(session, leg, wrap_up)
    await legs.close_room(session, room.id)
    entry = await queries.open_entry(session, call.id)
    if entry is not None:
        await leave_line(session, entry, "talked")


async def give_up_recovery(session: AsyncSession, call: Call, room: TalkRoom) -> None:
    """Nobody has come in time: back into the line, first."""
    entry = await queries.open_entry(session, call.id)
    if entry is None or not entry.is_recovering or entry.room_id != room.id:
        return
    if call.status == CallStatus.ENDED:
        return
    ringing = await queries.ringing_offer(session, call.id)
    if ringing is not None:
        await close_offer(session, call, ringing, OfferState.CANCELED)
    await go_back_in_line(session, call, entry)
    await jobs.enqueue(session, DIVERT_CALLER, {"call_id": str(call.id), "to": "again"})


async def _left_the_talk(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    room = await calls.room(session, leg.room_id)
    assert room is not None
    if leg.wants_end or room.is_over or call.status == CallStatus.ENDED:
        await agents.release(session, leg.id)
        return
    others = await speaking(session, room.id)
    if others:
        await _without(session, call, leg, others)
    elif leg.role == LegRole.CONSULTED:
        await end_talk(session, call, room)
    else:
        await _recover(session, call, room, leg)


async def _without(session: AsyncSession, call: Call, leg: CallLeg, others: list[CallLeg]) -> None:
    """Somebody else is still with the caller, and goes on when the one who had the call is lost."""
    if leg.account_id is None or call.agent_id != leg.account_id:
        await consult_failed(session, call, leg)
        return
    await agents.release(session, leg.id, to=Presence.BREAK, reason=presence.LINE_LOST)
    await hold_caller(session, leg.room_id, on=False)
    agents_left = [one for one in others if one.account_id is not None]
    if agents_left:
        await take_over(session, call, agents_left[0])


async def _recover(session: AsyncSession, call: Call, room: TalkRoom, leg: CallLeg) -> None:
    """Hold the caller, then find somebody; see the module."""
    await hold_caller(session, room.id, on=True)
    entry = await queries.open_entry(session, call.id)
    if entry is None:
        await agents.release(session, leg.id)
        return
    entry.is_recovering, entry.status = True, EntryStatus.WAITING
    payload = {"call_id": str(call.id), "room_id": str(room.id)}
    await jobs.enqueue(session, GIVE_UP_RECOVERY, payload, run_at=clock.now() + RECOVERY)
    offer = await queries.offer_on_leg(session, leg.id)
    if offer is not None and await ring_next_address(session, call, entry, offer):
        return
    entry.refused = []
    await agents.release(session, leg.id, to=Presence.BREAK, reason=presence.LINE_LOST)
    await wait_on(session, entry)


async def _let_go(session: AsyncSession, call: Call, leg: CallLeg, wrap_up: int) -> None:
    if leg.role == LegRole.CALLER:
        await legs.advance(session, call, leg, LegState.ENDED, reason="completed")
        await legs.close_room(session, leg.room_id)
    elif leg.state != LegState.ENDED and not leg.wants_end:
        await wind_up(session, leg, wrap_up)


async def _close_entry(session: AsyncSession, call: Call, entry: QueueEntry) -> None:
    if entry.is_callback:
        await callbacks.missed_resident(session, call, entry)
    was_answered = entry.status == EntryStatus.ANSWERED or entry.is_recovering
    reason = "talked" if was_answered else "abandoned"
    await leave_line(session, entry, reason)
    if reason == "abandoned" and not entry.is_callback:
        await callbacks.note_missed(session, call, entry)
