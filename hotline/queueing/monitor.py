"""A supervisor listens unheard, whispers to the agent, joins in, or takes the call over."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.agents import service as agents
from hotline.calls import legs, service
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, LegRole, LegState
from hotline.errors import Conflict, InvalidInput
from hotline.jobs import service as jobs
from hotline.principal import Principal
from hotline.queueing.seating import speaking, wind_up, wrap_up_seconds
from hotline.queueing.work import PLACE_LEG, Aim, settle

Mode = Literal["listen", "whisper", "barge", "takeover", "stop"]


class NobodyTalks(Conflict):
    code, detail = "nobody_talks", "这通电话现在没有坐席在通话。"


async def monitor(
    session: AsyncSession, principal: Principal, call: Call, mode: Mode, *, reason: str
) -> None:
    """Ring the supervisor's telephone at first, change the mode after that; all of it audited.

    Raises InvalidInput for whoever comes in without a reason.
    """
    own = await _own(session, principal, call)
    if mode == "stop":
        if own is not None:
            await settle(session, own, wants_end=True)
    elif own is not None:
        await settle(session, own, mode=mode)
        await mode_wished(session, call, own)
    else:
        await _call_in(session, principal, call, mode, reason)
    await audit.record(
        session, principal, "call.monitored", target=f"call:{call.id}", reason=reason or None,
        mode=mode,
    )  # fmt: skip


async def mode_wished(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """A supervisor in the room takes over: the agents leave for their wrap-up."""
    if leg.state != LegState.JOINED:
        return
    await settle(session, leg)
    if leg.mode != "takeover" or call.agent_id == leg.account_id:
        return
    wrap_up = await wrap_up_seconds(session, call)
    for one in await speaking(session, leg.room_id):
        if one.id != leg.id and one.role == LegRole.AGENT:
            await wind_up(session, one, wrap_up)
    assert leg.account_id is not None
    desk_id = call.desk_id or call.organization_id
    await service.begin_talk(session, call, account_id=leg.account_id, desk_id=desk_id)
    await legs.show_parties(session, call)


async def _own(session: AsyncSession, principal: Principal, call: Call) -> CallLeg | None:
    for leg in await calls.legs_of(session, call.id):
        is_own = leg.account_id == principal.account_id and leg.role == LegRole.SUPERVISOR
        if is_own and leg.state != LegState.ENDED and not leg.wants_end:
            return leg
    return None


async def _call_in(
    session: AsyncSession, principal: Principal, call: Call, mode: Mode, reason: str
) -> None:
    if not reason:
        raise InvalidInput(errors=[{"field": "reason", "message": "请填写监听的事由。"}])
    talking = [
        leg
        for leg in await calls.legs_of(session, call.id)
        if leg.role == LegRole.AGENT and leg.state == LegState.JOINED and not leg.wants_end
    ]
    if not talking:
        raise NobodyTalks
    room = await calls.room(session, talking[-1].room_id)
    assert room is not None
    seat = await agents.own_seat(session, principal)
    new = legs.NewLeg(
        LegRole.SUPERVISOR, Aim.MONITOR, principal.name, seat.addresses[0],
        principal.account_id, mode,
    )  # fmt: skip
    leg = await legs.plan_leg(session, call, room, new)
    await jobs.enqueue(session, PLACE_LEG, {"leg_id": str(leg.id)}, max_attempts=2)
