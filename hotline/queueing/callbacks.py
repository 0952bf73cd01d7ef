"""Calls that we owe: a place kept in the line, a call that nobody took, an emergency's end.

The resident's place stands in the line like any other; when an agent has joined, the resident is
dialled into the room. Two attempts. Only numbers that called us are ever called back, a limited
number an hour, never one that could cost or go abroad.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents.models import Skill
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call, CallStatus
from hotline.jobs import service as jobs
from hotline.organizations.hours import opens_next
from hotline.queueing import queries
from hotline.queueing.enter_line import enter_line, leave_line
from hotline.queueing.lines import lines_of, pick_line
from hotline.queueing.models import (
    Callback,
    CallbackKind,
    CallbackStatus,
    OfferState,
    Priority,
    QueueEntry,
)
from hotline.queueing.offers import close_offer
from hotline.queueing.work import CALL_BACK
from hotline.telephony.dial_rules import may_ring_resident
from hotline.tickets.phrases import phrase

MOST_ATTEMPTS = 2
MOST_PER_HOUR = 120
MISSED_WITHIN = timedelta(hours=24)
FIRST_AFTER = timedelta(minutes=1)
AGAIN_AFTER = timedelta(minutes=10)
HOUR = timedelta(hours=1)
AFTER_EMERGENCY = timedelta(minutes=30)
AFTER_LISTENING = timedelta(hours=2)
"""Whoever talks with the line for people in distress does so for an hour; nobody cuts in."""
LISTENING = "12356"


@dataclass(frozen=True, slots=True)
class _Owed:
    """Why, in which line and since when the resident shall be called, and from when on."""

    kind: CallbackKind
    queue_id: UUID
    entered_at: datetime
    due_at: datetime


async def keep_place(session: AsyncSession, call: Call) -> bool:
    """The caller hangs up and keeps the place; False where we could not call back."""
    entry = await queries.open_entry(session, call.id)
    if entry is None or entry.answered_at is not None:
        return entry is None and await _is_kept(session, call)
    owed = _Owed(CallbackKind.KEPT_PLACE, entry.queue_id, entry.entered_at, clock.now())
    callback = await _owe(session, call, owed)
    if callback is None:
        return False
    ringing = await queries.ringing_offer(session, call.id)
    if ringing is not None:
        await close_offer(session, call, ringing, OfferState.CANCELED)
    await leave_line(session, entry, "called_back")
    if callback.call_id == call.id:
        await _stand_in_line(session, call, callback, entry.skill)
    else:
        owed_to = await session.get_one(Call, callback.call_id)
        await _stand_in_line(session, owed_to, callback, await _skill(session, callback))
    return True


async def note_missed(session: AsyncSession, call: Call, entry: QueueEntry) -> None:
    """A caller gave up waiting; whoever hung up at once did not really wait."""
    waited = clock.now() - entry.entered_at
    if waited > queries.SHORT_ABANDON:
        due_at = clock.now() + FIRST_AFTER
        owed = _Owed(CallbackKind.MISSED, entry.queue_id, entry.entered_at, due_at)
        await _owe(session, call, owed)


async def see_after(session: AsyncSession, call: Call, line: str, skill: Skill) -> None:
    """An emergency was handed on to its line: one of ours asks later how it went."""
    due_at = clock.now() + (AFTER_LISTENING if line == LISTENING else AFTER_EMERGENCY)
    queue = pick_line(await lines_of(session, call.city_id), call.district_id, skill)
    await _owe(session, call, _Owed(CallbackKind.EMERGENCY, queue.id, due_at, due_at))


async def note_closed(session: AsyncSession, call: Call, entry: QueueEntry, hours: str) -> None:
    """Nobody was there to answer: owed for when the line opens, unless a message is left."""
    opens_at = opens_next(hours, clock.now())
    if opens_at is not None:
        due_at = opens_at + FIRST_AFTER
        owed = _Owed(CallbackKind.MISSED, entry.queue_id, entry.entered_at, due_at)
        await _owe(session, call, owed)


async def forgive(session: AsyncSession, call: Call) -> None:
    """The caller has left a message: a ticket takes the place of the call that is owed.

    Not of the one that asks how an emergency went.
    """
    if call.from_blind is None:
        return
    callback = await queries.open_callback(session, call.city_id, call.from_blind)
    if callback is None or callback.kind == CallbackKind.EMERGENCY:
        return
    if callback.call_id == call.id:
        _end(callback, CallbackStatus.CANCELED)


async def call_back(session: AsyncSession, callback_id: UUID) -> None:
    """It is time: stand in the line, unless the resident has reached us in the meantime."""
    callback = await session.get(Callback, callback_id, with_for_update={"key_share": True})
    if callback is None or callback.status != CallbackStatus.DUE:
        return
    call = await calls.call_under_lock(session, callback.call_id)
    if call is None or await queries.answered_since(session, call):
        _end(callback, CallbackStatus.CANCELED)
        return
    if call.status != CallStatus.ENDED and callback.kind == CallbackKind.EMERGENCY:
        await _later(session, callback)
        return
    await _stand_in_line(session, call, callback, await _skill(session, callback))


async def reached(session: AsyncSession, call: Call) -> None:
    """The resident and an agent talk."""
    callback = await queries.callback_of(session, call.id)
    if callback is not None:
        _end(callback, CallbackStatus.REACHED)


async def missed_resident(session: AsyncSession, call: Call, entry: QueueEntry) -> None:
    """We rang and nobody answered: once more later, then it is given up."""
    callback = await queries.callback_of(session, call.id)
    if callback is None:
        return
    callback.attempts += 1
    callback.outbound_id = None
    if callback.attempts >= MOST_ATTEMPTS:
        _end(callback, CallbackStatus.GIVEN_UP)
        if callback.kind == CallbackKind.EMERGENCY:
            await _alarm(session, call)
        return
    await _later(session, callback)


async def _later(session: AsyncSession, callback: Callback) -> None:
    callback.status, callback.due_at = CallbackStatus.DUE, clock.now() + AGAIN_AFTER
    await _plan(session, callback)


async def _alarm(session: AsyncSession, call: Call) -> None:
    """Whoever told of an emergency does not answer: a supervisor must see to it."""
    ticket_id = UUID(call.ticket_ids[-1]) if call.ticket_ids else None
    await service.raise_alarm(
        session, kind="emergency", text=phrase("alarm_unreached"), city_id=call.city_id,
        call=call, ticket_id=ticket_id,
    )  # fmt: skip


async def _owe(session: AsyncSession, call: Call, owed: _Owed) -> Callback | None:
    """None when the number is hidden or may not be rung, or too many calls are owed already."""
    number = service.caller_number(session, call)
    if number is None or call.from_blind is None or not may_ring_resident(number):
        return None
    before = await queries.open_callback(session, call.city_id, call.from_blind)
    if before is not None:
        return await _bring_forward(session, call, before, owed)
    if await queries.owed_since(session, call.city_id, clock.now() - HOUR) >= MOST_PER_HOUR:
        return None
    callback = Callback(
        call_id=call.id, city_id=call.city_id, queue_id=owed.queue_id, kind=owed.kind,
        number_blind=call.from_blind, status=CallbackStatus.DUE, attempts=0,
        entered_at=owed.entered_at, due_at=owed.due_at,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(callback)
    except IntegrityError:
        # Another call of the same number gave up at the same moment and is owed the one call.
        return None
    if owed.kind != CallbackKind.KEPT_PLACE:
        await _plan(session, callback)
    return callback


async def _bring_forward(
    session: AsyncSession, call: Call, callback: Callback, owed: _Owed
) -> Callback | None:
    """A number is owed one call at a time: the sooner one. An emergency's stays its own."""
    is_urgent = callback.kind == CallbackKind.EMERGENCY
    if owed.kind == CallbackKind.EMERGENCY and not is_urgent:
        return await _become_urgent(session, call, callback, owed)
    if callback.status != CallbackStatus.DUE or owed.due_at >= callback.due_at:
        return None
    callback.entered_at, callback.due_at = owed.entered_at, owed.due_at
    if not is_urgent or owed.kind == CallbackKind.EMERGENCY:
        callback.call_id, callback.queue_id, callback.kind = call.id, owed.queue_id, owed.kind
    if owed.kind != CallbackKind.KEPT_PLACE:
        await _plan(session, callback)
    return callback


async def _become_urgent(
    session: AsyncSession, call: Call, callback: Callback, owed: _Owed
) -> Callback:
    """How an emergency went is asked, whatever ordinary call is owed sooner or stands in line."""
    callback.kind = CallbackKind.EMERGENCY
    if callback.status == CallbackStatus.DUE:
        callback.call_id, callback.queue_id, callback.attempts = call.id, owed.queue_id, 0
        callback.entered_at, callback.due_at = owed.entered_at, owed.due_at
        await _plan(session, callback)
    return callback


async def _stand_in_line(session: AsyncSession, call: Call, callback: Callback, skill: str) -> None:
    number = service.caller_number(session, call)
    assert number is not None
    outbound = await service.plan_outbound(
        session, call, number=number, from_number=call.to_number
    )  # fmt: skip
    outbound.queued_at = callback.entered_at
    callback.outbound_id, callback.status = outbound.id, CallbackStatus.WAITING
    await session.flush()
    entry = await enter_line(
        session, outbound, skill=Skill(skill), since=callback.entered_at, is_callback=True
    )
    if callback.kind == CallbackKind.EMERGENCY:
        entry.priority = Priority.RETURNED.rank


async def _skill(session: AsyncSession, callback: Callback) -> str:
    return (await queries.queue(session, callback.queue_id)).skill


async def _is_kept(session: AsyncSession, call: Call) -> bool:
    """The same key twice: the place was kept the first time."""
    if call.from_blind is None:
        return False
    return await queries.open_callback(session, call.city_id, call.from_blind) is not None


async def _plan(session: AsyncSession, callback: Callback) -> None:
    payload = {"callback_id": str(callback.id)}
    await jobs.enqueue(session, CALL_BACK, payload, run_at=callback.due_at, dedupe=str(callback.id))


def _end(callback: Callback, status: CallbackStatus) -> None:
    callback.status, callback.ended_at = status, clock.now()
