"""Every half minute: ask the host who is on the line, and repair what lost news left behind."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts.sessions import IDLE
from hotline.agents import presence
from hotline.agents import queries as seats
from hotline.agents import service as agents
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, LegState
from hotline.jobs import service as jobs
from hotline.queueing import queries
from hotline.queueing.connect import leg_joined
from hotline.queueing.enter_line import go_back_in_line
from hotline.queueing.host_work import Host
from hotline.queueing.models import OfferState, QueueEntry
from hotline.queueing.offers import close_offer
from hotline.queueing.part import call_over, leg_ended
from hotline.queueing.reconcile import (
    Found,
    HostView,
    OurCall,
    OurLeg,
    Ours,
    Repair,
    repairs,
)
from hotline.queueing.work import BRING_CALLER, DIVERT_CALLER
from hotline.telephony.client import LIVE, CallGone, HostUnavailable

log = structlog.get_logger()

LONGEST_CALL = timedelta(hours=4)
OVERDUE = timedelta(seconds=60)


async def reconcile(host: Host) -> None:
    """One round. A host that cannot be asked is asked again next time."""
    async with host.database.transaction() as session:
        ours, rooms, lines = await _ours(session)
    try:
        view = await _look(host, rooms, lines)
    except HostUnavailable:
        log.warning("telephony.host_unavailable")
        return
    for found in repairs(ours, view):
        log.info("telephony.repaired", repair=found.repair, subject_id=str(found.id))
        await _REPAIRS[found.repair](host, found)
    await _mend(host)


async def _ours(session: AsyncSession) -> tuple[Ours, list[str], list[str]]:
    now = clock.now()
    live = await queries.live_calls(session)
    legs = await queries.unsettled_legs(session, now)
    entries = {entry.call_id: entry for entry in await queries.open_entries(session)}
    callers = {leg.call_id: leg.label for leg in legs if _is_live_caller(leg)}
    ours = Ours(
        tuple(_our_call(call, entries.get(call.id), now) for call in live),
        tuple(_our_leg(leg, now) for leg in legs if leg.role != LegRole.CALLER),
        callers,
    )
    rooms = await queries.open_room_names(session)
    keys = await queries.keys_of(session, {entry.queue_id for entry in entries.values()})
    return ours, rooms, keys


async def _look(host: Host, rooms: list[str], lines: list[str]) -> HostView:
    telephony = host.telephony
    present: set[str] = set()
    open_rooms = await telephony.open_rooms() if rooms else {}
    for name in set(rooms) & set(open_rooms):
        present |= {label for label in await _members(host, open_rooms[name]) if label}
    waiting: set[str] = set()
    for key in lines:
        waiting |= await telephony.waiting_sids(key)
    return HostView(await telephony.live_sids(), present, waiting)


async def _members(host: Host, sid: str) -> list[str | None]:
    try:
        return [member.label for member in await host.telephony.members(sid)]
    except CallGone:
        return []


async def _call_over(host: Host, found: Found) -> None:
    """Only when the host knows the call and says that it has ended."""
    async with host.database.transaction() as session:
        call = await session.get(Call, found.id)
    if call is None or not await _has_ended(host, call):
        return
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, found.id)
        if call is not None:
            await call_over(session, call)


async def _has_ended(host: Host, call: Call) -> bool:
    try:
        return await host.telephony.call_status(call.provider_sid) not in LIVE
    except CallGone:
        return clock.now() - call.started_at > LONGEST_CALL


async def _leg_over(host: Host, found: Found) -> None:
    await _with_leg(host, found.id, _end_leg)


async def _leg_joined(host: Host, found: Found) -> None:
    await _with_leg(host, found.id, leg_joined)


async def _end_on_host(host: Host, found: Found) -> None:
    async with host.database.transaction() as session:
        leg = await calls.leg(session, found.id)
    if leg is None or leg.provider_sid is None:
        return
    try:
        await host.telephony.end_call(leg.provider_sid)
    except CallGone:
        log.info("telephony.already_gone", subject_id=str(found.id))
    await _with_leg(host, found.id, _end_leg)


async def _back_in_line(host: Host, found: Found) -> None:
    """The caller hears nothing of ours: neither in a line nor in a room."""
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, found.id)
        entry = await queries.open_entry(session, found.id)
        if call is None or entry is None or call.status != CallStatus.WAITING:
            return
        await go_back_in_line(session, call, entry)
        await jobs.enqueue(session, DIVERT_CALLER, {"call_id": str(call.id), "to": "again"})


async def _mend(host: Host) -> None:
    """What timers and jobs of ours should have done and did not."""
    now = clock.now()
    async with host.database.transaction() as session:
        for leg_id in await queries.reserved_for_nothing(session):
            await agents.release(session, leg_id)
        for account_id in await seats.overdue_wrap_ups(session, now - OVERDUE):
            await agents.end_wrap_up(session, account_id)
        for account_id in await seats.without_session(session, now - IDLE):
            await agents.sign_off(session, account_id, presence.SIGNED_OUT)
        stuck = await queries.stuck_offers(session, now - OVERDUE)
    for offer in stuck:
        await _mend_offer(host, offer.id)


async def _mend_offer(host: Host, offer_id: UUID) -> None:
    """It rings for too long, or the agent waits in the room and nobody was brought."""
    async with host.database.transaction() as session:
        offer = await queries.offer(session, offer_id)
        call = await calls.call_under_lock(session, offer.call_id) if offer else None
        offer = await queries.offer(session, offer_id)
        if offer is None or call is None:
            return
        if offer.state == OfferState.RINGING:
            await close_offer(session, call, offer, OfferState.NO_ANSWER)
        elif service.is_placed(call):
            await jobs.enqueue(session, BRING_CALLER, {"leg_id": str(offer.leg_id)})
        else:
            await call_over(session, call)


async def _end_leg(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    await leg_ended(session, call, leg, "completed")


async def _with_leg(
    host: Host, leg_id: UUID, act: Callable[[AsyncSession, Call, CallLeg], Awaitable[None]]
) -> None:
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        fresh = await calls.leg(session, leg_id)
        if call is not None and fresh is not None:
            await act(session, call, fresh)


def _our_call(call: Call, entry: QueueEntry | None, now: datetime) -> OurCall:
    return OurCall(
        id=call.id, sid=call.provider_sid, is_placed=service.is_placed(call),
        is_waiting=entry is not None and call.status == CallStatus.WAITING,
        is_callback=entry is not None and entry.is_callback,
        age=(now - call.updated_at).total_seconds(),
    )  # fmt: skip


def _our_leg(leg: CallLeg, now: datetime) -> OurLeg:
    return OurLeg(
        id=leg.id, sid=leg.provider_sid, label=leg.label,
        has_joined=leg.state == LegState.JOINED, has_ended=leg.state == LegState.ENDED,
        shall_end=leg.wants_end, age=(now - leg.updated_at).total_seconds(),
    )  # fmt: skip


def _is_live_caller(leg: CallLeg) -> bool:
    return leg.role == LegRole.CALLER and leg.state != LegState.ENDED


_REPAIRS = {
    Repair.CALL_OVER: _call_over,
    Repair.LEG_OVER: _leg_over,
    Repair.LEG_JOINED: _leg_joined,
    Repair.END_LEG: _end_on_host,
    Repair.BACK_IN_LINE: _back_in_line,
}
