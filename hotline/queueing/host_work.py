"""What the host is asked to do, outside transactions: read, ask, write down what came of it."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import legs, service
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, LegState, TalkRoom
from hotline.db import Database
from hotline.queueing import queries
from hotline.queueing.offers import pause_offer
from hotline.queueing.part import call_over, leg_ended
from hotline.telephony.client import (
    CallGone,
    HostRefused,
    HostUnavailable,
    PartyState,
    Placing,
    Telephony,
)

log = structlog.get_logger()

ROUNDS = 4
RING_SECONDS = 30
DIVERSIONS = ("survey", "again")


@dataclass(frozen=True, slots=True)
class Host:
    """The host and the database that remembers what it said."""

    telephony: Telephony
    database: Database

    def url(self, path: str) -> str:
        return self.telephony.provider.url(path)


async def place_leg(host: Host, leg_id: UUID) -> None:
    """Ring a party, at most once: a crash in between costs this offer, never a second call."""
    async with host.database.transaction() as session:
        placing = await _claim(host, session, leg_id)
    if placing is None:
        return
    try:
        sid = await host.telephony.place_call(placing)
    except HostUnavailable:
        log.warning("telephony.host_unavailable", leg_id=str(leg_id))
        await _not_placed(host, leg_id, is_host_down=True)
        return
    except (HostRefused, CallGone):
        await _not_placed(host, leg_id, is_host_down=False)
        return
    await _placed(host, leg_id, sid)


async def bring_caller(host: Host, leg_id: UUID) -> None:
    """The agent is in the room: bring the caller, or dial the resident whom we call back."""
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        if leg is None or call is None or leg.wants_end or call.status == CallStatus.ENDED:
            return
        is_placed = service.is_placed(call)
        placing = None if is_placed else _placing_resident(host, session, call, leg_id)
    url = host.url(f"join?leg={leg_id}")
    try:
        if placing is not None:
            sid = await host.telephony.place_call(placing)
            await _resident_placed(host, call.id, sid)
        elif is_placed:
            await host.telephony.divert_call(call.provider_sid, url)
    except (CallGone, HostRefused):
        async with host.database.transaction() as session:
            gone = await calls.call_under_lock(session, call.id)
            if gone is not None:
                await call_over(session, gone)


async def divert_caller(host: Host, call_id: UUID, to: str) -> None:
    """Send the caller on to the rating or back into the line."""
    assert to in DIVERSIONS
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, call_id)
        if call is None or call.status == CallStatus.ENDED or not service.is_placed(call):
            return
    try:
        await host.telephony.divert_call(call.provider_sid, host.url(f"{to}?call={call_id}"))
    except (CallGone, HostRefused):
        async with host.database.transaction() as session:
            gone = await calls.call_under_lock(session, call_id)
            if gone is not None:
                await call_over(session, gone)


async def settle_leg(host: Host, leg_id: UUID) -> None:
    """Ask until what the host has agrees with what we wish; wishes may change meanwhile."""
    for _ in range(ROUNDS):
        async with host.database.transaction() as session:
            leg = await calls.leg(session, leg_id)
            room = await calls.room(session, leg.room_id) if leg else None
            wish = await _wish(session, leg) if leg else None
        if leg is None or room is None or wish is None:
            return
        try:
            await _ask(host, leg, room, wish)
        except (CallGone, HostRefused):
            await _gone(host, leg)
            return
        await _done(host, leg_id, wish)


@dataclass(frozen=True, slots=True)
class _Wish:
    """The next thing to ask for a leg."""

    ends: bool = False
    held: bool | None = None
    muted: bool | None = None
    mode: str | None = None
    coached_sid: str | None = None


async def _wish(session: AsyncSession, leg: CallLeg) -> _Wish | None:
    if leg.state == LegState.ENDED:
        return None
    if leg.wants_end:
        return _Wish(ends=True) if leg.provider_sid else None
    if leg.state != LegState.JOINED and leg.role != LegRole.CALLER:
        return None
    if leg.role == LegRole.SUPERVISOR:
        return await _coaching(session, leg)
    if leg.wants_held != leg.is_held:
        return _Wish(held=leg.wants_held)
    return _Wish(muted=leg.wants_muted) if leg.wants_muted != leg.is_muted else None


async def _coaching(session: AsyncSession, leg: CallLeg) -> _Wish | None:
    """A supervisor's mode is carried out once; `aim` remembers which one it was."""
    if leg.mode is None or leg.aim == leg.mode:
        return None
    coached = None
    if leg.mode == "whisper":
        agents = [one for one in await calls.live_legs(session, leg.room_id) if _is_agent(one)]
        if not agents:
            return None
        coached = agents[-1].provider_sid
    return _Wish(mode=leg.mode, muted=leg.mode == "listen", coached_sid=coached)


async def _ask(host: Host, leg: CallLeg, room: TalkRoom, wish: _Wish) -> None:
    if wish.ends:
        assert leg.provider_sid is not None
        await host.telephony.end_call(leg.provider_sid)
        return
    sid = room.conference_sid or await host.telephony.room_sid(room.name)
    if sid is None:
        raise CallGone
    hold_url = host.url(f"hold?leg={leg.id}") if wish.held else None
    state = PartyState(wish.held, hold_url, wish.muted, _is_coaching(wish), wish.coached_sid)
    await host.telephony.change_party(sid, leg.label, state)


def _is_coaching(wish: _Wish) -> bool | None:
    return None if wish.mode is None else wish.mode == "whisper"


async def _done(host: Host, leg_id: UUID, wish: _Wish) -> None:
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        leg = await calls.leg(session, leg_id)
        if leg is None or call is None:
            return
        if wish.ends:
            await leg_ended(session, call, leg, "completed")
            return
        if wish.mode is not None:
            leg.aim = wish.mode
        await sound_told(session, call, leg, is_held=wish.held, is_muted=wish.muted)


async def sound_told(
    session: AsyncSession, call: Call, leg: CallLeg, *, is_held: bool | None, is_muted: bool | None
) -> None:
    """The host has carried out hold or mute, by its answer or by the room's news."""
    was_held = leg.is_held
    leg.is_held = leg.is_held if is_held is None else is_held
    leg.is_muted = leg.is_muted if is_muted is None else is_muted
    await legs.show_parties(session, call)
    if leg.is_held != was_held:
        name = "call.held" if leg.is_held else "call.resumed"
        await service.announce(session, name, call)


async def _gone(host: Host, leg: CallLeg) -> None:
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, leg.call_id)
        fresh = await calls.leg(session, leg.id)
        if call is not None and fresh is not None and fresh.wants_end:
            await leg_ended(session, call, fresh, "completed")


async def _claim(host: Host, session: AsyncSession, leg_id: UUID) -> Placing | None:
    """Only one may place a leg's call, and only once."""
    claimed = await session.scalar(
        update(CallLeg)
        .where(
            CallLeg.id == leg_id, CallLeg.placed_at.is_(None),
            CallLeg.state == LegState.PLANNED, ~CallLeg.wants_end,
        )
        .values(placed_at=clock.now())
        .returning(CallLeg.id)
    )  # fmt: skip
    leg = await calls.leg(session, leg_id)
    call = await session.get(Call, leg.call_id) if leg else None
    if claimed is None or leg is None or call is None:
        return None
    address = legs.address_of(session, leg)
    assert address is not None
    number = call.to_number
    if leg.role == LegRole.CONSULTED:
        number = service.caller_number(session, call) or call.to_number
    document = "listen" if leg.role == LegRole.SUPERVISOR else "agent"
    return Placing(
        to=address, from_=number, url=host.url(f"{document}?leg={leg_id}"),
        status_url=host.url(f"leg?leg={leg_id}"), timeout=await _ring_seconds(session, leg_id),
    )  # fmt: skip


async def _ring_seconds(session: AsyncSession, leg_id: UUID) -> int:
    """As long as the line lets an offer ring."""
    offer = await queries.offer_on_leg(session, leg_id)
    if offer is None:
        return RING_SECONDS
    return max(1, round((offer.expires_at - offer.created_at).total_seconds()))


async def _placed(host: Host, leg_id: UUID, sid: str) -> None:
    """The wish may have changed while we asked."""
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        leg = await calls.leg(session, leg_id)
        if leg is None or call is None:
            return
        leg.provider_sid = leg.provider_sid or sid
        unwanted = leg.wants_end and leg.state != LegState.ENDED
    if unwanted:
        await settle_leg(host, leg_id)


async def _not_placed(host: Host, leg_id: UUID, *, is_host_down: bool) -> None:
    async with host.database.transaction() as session:
        leg = await calls.leg(session, leg_id)
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        leg = await calls.leg(session, leg_id)
        if leg is None or call is None:
            return
        offer = await queries.offer_on_leg(session, leg_id)
        if is_host_down and offer is not None:
            await pause_offer(session, call, offer)
        await leg_ended(session, call, leg, "failed")


def _placing_resident(
    host: Host, session: AsyncSession, call: Call, leg_id: UUID
) -> Placing | None:
    """Once only: who finds the mark of an earlier attempt does not ring a second time."""
    number = service.caller_number(session, call)
    if number is None or not service.claim_placing(call):
        return None
    return Placing(
        to=number, from_=call.to_number, url=host.url(f"join?leg={leg_id}"),
        status_url=host.url(f"status?call={call.id}"), timeout=30,
    )  # fmt: skip


async def _resident_placed(host: Host, call_id: UUID, sid: str) -> None:
    async with host.database.transaction() as session:
        call = await calls.call_under_lock(session, call_id)
        if call is not None and not service.is_placed(call):
            call.provider_sid = sid


def _is_agent(leg: CallLeg) -> bool:
    return leg.role == LegRole.AGENT and leg.state == LegState.JOINED
