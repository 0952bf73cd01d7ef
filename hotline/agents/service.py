"""Every change of a seat, each with the event that shows it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.accounts.models import Account
from hotline.agents import presence, queries
from hotline.agents.models import Presence, PresenceChange, Seat, Skill
from hotline.agents.schemas import PresenceEvent
from hotline.errors import Conflict, InvalidInput, NotFound
from hotline.events import service as events
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.telephony.dial_rules import may_ring_agent

SEAT_SCOPE = "calls:read"
DISTRIBUTE = "queueing.distribute"
END_WRAP_UP = "queueing.end_wrap_up"
LONGEST_WRAP_UP = timedelta(minutes=10)


class PresenceNotChoosable(Conflict):
    code, detail = "presence_not_choosable", "当前不能切换到这个状态。"


async def own_seat(session: AsyncSession, principal: Principal) -> Seat:
    """The seat of whoever asks, locked; made at the first time."""
    assert principal.account_id is not None
    seat = await queries.seat_of(session, principal.account_id)
    if seat is None:
        await _make_seat(session, principal, principal.account_id)
        seat = await queries.seat_of(session, principal.account_id)
        assert seat is not None
        await _tell(session, seat)
    seat.takes_calls = principal.has("calls:handle")
    return seat


async def set_presence(
    session: AsyncSession, principal: Principal, state: Presence, reason: str | None
) -> Seat:
    """What the agent wishes; during a talk it comes afterwards. Raises PresenceNotChoosable."""
    seat = await own_seat(session, principal)
    await _wish(session, seat, state, reason, set_by=None)
    return seat


async def force_presence(
    session: AsyncSession, principal: Principal, account_id: UUID, state: Presence,
    reason: str | None,
) -> Seat:  # fmt: skip
    """What a supervisor wishes for somebody of the own desks."""
    seat = await queries.seat(session, principal, account_id)
    await _wish(session, seat, state, reason, set_by=principal.account_id)
    await audit.record(
        session, principal, "presence.forced", target=f"account:{account_id}", state=state
    )
    return seat


async def set_skills(
    session: AsyncSession, principal: Principal, account_id: UUID, skills: Sequence[Skill]
) -> Seat:
    seat = await queries.seat(session, principal, account_id)
    seat.skills = list(dict.fromkeys(skills))
    await audit.record(
        session, principal, "skills.changed", target=f"account:{account_id}", skills=seat.skills
    )
    await look_again(session, seat.city_id)
    return seat


async def set_addresses(
    session: AsyncSession, principal: Principal, account_id: UUID, addresses: Sequence[str]
) -> Seat:
    seat = await queries.seat(session, principal, account_id)
    if not all(map(may_ring_agent, addresses)):
        raise InvalidInput(errors=[{"field": "addresses", "message": "这个号码不允许呼叫。"}])
    seat.addresses = list(dict.fromkeys(addresses))
    await audit.record(session, principal, "seat.addresses_changed", target=f"account:{account_id}")
    return seat


async def free_seat(session: AsyncSession, account_id: UUID) -> Seat | None:
    """The seat, locked, if it can be asked to take a call now."""
    seat = await queries.seat_of(session, account_id)
    if seat is None or seat.leg_id is not None or seat.state != Presence.READY:
        return None
    return seat if seat.takes_calls and seat.addresses else None


def occupy(seat: Seat, *, leg_id: UUID, call_id: UUID) -> None:
    """Reserve a locked seat for a leg; the fence makes timers of earlier ones void."""
    seat.leg_id, seat.call_id = leg_id, call_id
    seat.fence += 1


async def begin_talk(session: AsyncSession, leg_id: UUID) -> bool:
    """The agent of this leg talks; False when the seat belongs to another leg by now."""
    seat = await queries.seat_on_leg(session, leg_id)
    if seat is None:
        return False
    if seat.state != Presence.TALKING:
        await _enter(session, seat, Presence.TALKING, None)
    return True


async def release(
    session: AsyncSession, leg_id: UUID, *, to: Presence | None = None, reason: str | None = None
) -> None:
    """Give the seat of a leg free, where it was or on to another state; late calls are nothing."""
    seat = await queries.seat_on_leg(session, leg_id)
    if seat is None:
        return
    was_talking = seat.state == Presence.TALKING
    seat.leg_id = seat.call_id = None
    later = presence.after_wrap_up(seat.next_state)
    if to is not None:
        await _enter(session, seat, to, reason)
    elif was_talking or later != Presence.READY:
        await _enter(session, seat, later, seat.next_reason)
    else:
        await look_again(session, seat.city_id)


async def begin_wrap_up(session: AsyncSession, leg_id: UUID, seconds: int) -> None:
    """After the talk the agent writes down what was said; the server ends it."""
    seat = await queries.seat_on_leg(session, leg_id)
    if seat is None:
        return
    seat.leg_id = None
    if seconds <= 0:
        seat.call_id = None
        await _enter(session, seat, presence.after_wrap_up(seat.next_state), seat.next_reason)
        return
    await _wrap_up_for(session, seat, timedelta(seconds=seconds))


async def end_wrap_up(session: AsyncSession, account_id: UUID, fence: int | None = None) -> None:
    """The time is over, or the agent is done; a timer of an earlier wrap-up is nothing."""
    seat = await queries.seat_of(session, account_id)
    if seat is None or seat.state != Presence.WRAP_UP or fence not in (None, seat.fence):
        return
    seat.call_id = None
    await _enter(session, seat, presence.after_wrap_up(seat.next_state), seat.next_reason)


async def sign_off(session: AsyncSession, account_id: UUID, reason: str) -> None:
    """Nobody is there any more; who is asked or talks is left alone."""
    seat = await queries.seat_of(session, account_id)
    if seat is not None and seat.leg_id is None and seat.state != Presence.OFFLINE:
        await _enter(session, seat, Presence.OFFLINE, reason)


async def look_again(session: AsyncSession, city_id: UUID) -> None:
    """Somebody may be able to take a call now."""
    await jobs.enqueue(session, DISTRIBUTE, {"city_id": str(city_id)})


async def _wish(
    session: AsyncSession, seat: Seat, state: Presence, reason: str | None, *, set_by: UUID | None
) -> None:
    chosen = presence.choose(Presence(seat.state), state)
    if chosen is None:
        raise PresenceNotChoosable(state=seat.state)
    if chosen.now is None:
        seat.next_state, seat.next_reason = chosen.later, reason
        return
    if chosen.now == Presence.WRAP_UP:
        seat.fence += 1
        await _wrap_up_for(session, seat, LONGEST_WRAP_UP, reason)
        return
    seat.wrap_up_until = None
    await _enter(session, seat, chosen.now, reason, set_by=set_by)


async def _wrap_up_for(
    session: AsyncSession, seat: Seat, length: timedelta, reason: str | None = None
) -> None:
    seat.wrap_up_until = clock.now() + length
    later, why = seat.next_state, seat.next_reason
    await _enter(session, seat, Presence.WRAP_UP, reason)
    seat.next_state, seat.next_reason = later, why
    timer = {"account_id": str(seat.account_id), "fence": seat.fence}
    await jobs.enqueue(session, END_WRAP_UP, timer, run_at=seat.wrap_up_until)


async def _enter(
    session: AsyncSession, seat: Seat, state: Presence, reason: str | None, *,
    set_by: UUID | None = None,
) -> None:  # fmt: skip
    now = clock.now()
    seat.state, seat.reason, seat.since = state, reason, now
    seat.next_state = seat.next_reason = None
    if state != Presence.WRAP_UP:
        seat.wrap_up_until = None
    session.add(
        PresenceChange(
            account_id=seat.account_id, state=state, reason=reason, set_by_id=set_by
        )
    )  # fmt: skip
    if state == Presence.READY:
        seat.idle_since = now
        await look_again(session, seat.city_id)
    await session.flush()
    await _tell(session, seat)


async def _tell(session: AsyncSession, seat: Seat) -> None:
    await events.record(
        session,
        "presence.changed",
        subject_id=seat.account_id,
        payload=PresenceEvent.model_validate(seat),
        audience=[seat.organization_id],
        scope=SEAT_SCOPE,
    )


async def _make_seat(session: AsyncSession, principal: Principal, account_id: UUID) -> None:
    account = await session.get(Account, account_id)
    if account is None:
        raise NotFound
    home = await organizations.organization(session, account.organization_id)
    now = clock.now()
    fresh: dict[str, Any] = {
        "account_id": account_id,
        "organization_id": home.id,
        "city_id": home.city_id,
        "display_name": account.display_name,
        "state": Presence.OFFLINE,
        "since": now,
        "idle_since": now,
        "takes_calls": principal.has("calls:handle"),
        "skills": [Skill.MANDARIN],
        "addresses": [f"client:{account.username}"],
        "fence": 0,
    }
    await session.execute(insert(Seat).values(**fresh).on_conflict_do_nothing())
