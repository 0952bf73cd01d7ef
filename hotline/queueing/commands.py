"""What an agent does in a talk of their own; the host's part follows as jobs."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents import queries as seats
from hotline.agents import service as agents
from hotline.agents.models import Presence
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call
from hotline.errors import Conflict
from hotline.principal import Principal
from hotline.queueing.part import end_talk
from hotline.queueing.schemas import Outcome
from hotline.queueing.seating import NotOnCall, hold_caller, own_leg
from hotline.queueing.work import settle


class NotInWrapUp(Conflict):
    code, detail = "not_in_wrap_up", "通话结束后才能填写办理结果。"


async def hold(session: AsyncSession, principal: Principal, call: Call, *, on: bool) -> None:
    """The caller hears music, or us again. Raises NotOnCall."""
    own = await own_leg(session, principal, call)
    await hold_caller(session, own.room_id, on=on)


async def mute(session: AsyncSession, principal: Principal, call: Call, *, on: bool) -> None:
    """Nobody hears the agent."""
    await settle(session, await own_leg(session, principal, call), wants_muted=on)


async def hang_up(session: AsyncSession, principal: Principal, call: Call) -> None:
    """The agent ends the talk for everybody; the caller is asked to rate it."""
    own = await own_leg(session, principal, call)
    room = await calls.room(session, own.room_id)
    assert room is not None
    await end_talk(session, call, room)


async def wrap_up(
    session: AsyncSession, principal: Principal, call: Call, outcome: Outcome,
    next_state: Literal["ready", "break", "offline"],
) -> None:  # fmt: skip
    """Say how the talk ended; the seat goes on at once. Raises NotOnCall, NotInWrapUp."""
    assert principal.account_id is not None
    served = {leg.account_id for leg in await calls.legs_of(session, call.id)}
    if principal.account_id not in served:
        raise NotOnCall
    seat = await seats.seat_of(session, principal.account_id)
    if seat is not None and seat.state == Presence.TALKING and seat.call_id == call.id:
        raise NotInWrapUp
    call.outcome = outcome
    if seat is not None and seat.state == Presence.WRAP_UP and seat.call_id == call.id:
        seat.next_state = Presence(next_state)
        await agents.end_wrap_up(session, seat.account_id)
    await service.announce(session, "call.wrapped_up", call)
