"""Agents take a talk over and leave it; what a talk leaves them to do."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents import queries as seats
from hotline.agents import service as agents
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call, CallLeg, LegRole, LegState
from hotline.errors import Conflict
from hotline.principal import Principal
from hotline.queueing import queries
from hotline.queueing.work import settle

DEFAULT_WRAP_UP = 30


class NotOnCall(Conflict):
    code, detail = "not_on_call", "您不在这通电话上。"


async def own_leg(session: AsyncSession, principal: Principal, call: Call) -> CallLeg:
    """The live leg of whoever asks. Raises NotOnCall."""
    for leg in await calls.legs_of(session, call.id):
        if leg.account_id == principal.account_id and is_speaking(leg):
            return leg
    raise NotOnCall


def is_speaking(leg: CallLeg) -> bool:
    """In the room with a voice, and meant to stay."""
    has_voice = leg.role in (LegRole.AGENT, LegRole.CONSULTED) or leg.mode == "takeover"
    return has_voice and leg.state == LegState.JOINED and not leg.wants_end


async def speaking(session: AsyncSession, room_id: UUID) -> list[CallLeg]:
    """Whoever could go on talking with the caller."""
    return [leg for leg in await calls.live_legs(session, room_id) if is_speaking(leg)]


async def caller_in(session: AsyncSession, room_id: UUID) -> CallLeg | None:
    legs = await calls.live_legs(session, room_id)
    return next((leg for leg in legs if leg.role == LegRole.CALLER), None)


async def hold_caller(session: AsyncSession, room_id: UUID, *, on: bool) -> None:
    caller = await caller_in(session, room_id)
    if caller is not None:
        await settle(session, caller, wants_held=on)


async def take_over(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """From now on this agent is the one who has the call."""
    assert leg.account_id is not None
    await agents.begin_talk(session, leg.id)
    seat = await seats.seat_of(session, leg.account_id)
    desk_id = seat.organization_id if seat else call.organization_id
    await service.begin_talk(session, call, account_id=leg.account_id, desk_id=desk_id)


async def wind_up(session: AsyncSession, leg: CallLeg, seconds: int) -> None:
    """This party leaves on purpose; an agent who talked has the work after the talk to do."""
    was_talking = leg.state == LegState.JOINED
    await settle(session, leg, wants_end=True)
    if was_talking and leg.role == LegRole.AGENT:
        await agents.begin_wrap_up(session, leg.id, seconds)
    else:
        await agents.release(session, leg.id)


async def wrap_up_seconds(session: AsyncSession, call: Call) -> int:
    """As the line of the call allows; nothing for a call that never became a talk."""
    if call.answered_at is None:
        return 0
    entry = await queries.open_entry(session, call.id)
    if entry is None:
        return DEFAULT_WRAP_UP
    return (await queries.queue(session, entry.queue_id)).wrap_up_seconds
