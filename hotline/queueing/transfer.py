"""A third party comes into a talk: to be asked, to take the call over, to make it three."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import service as agents
from hotline.calls import legs, service
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, TalkRoom
from hotline.errors import Conflict, InvalidInput, NotFound, TooManyAttempts
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.queueing import queries
from hotline.queueing.enter_line import go_back_in_line
from hotline.queueing.lines import lines_of, pick_line
from hotline.queueing.monitor import mode_wished
from hotline.queueing.seating import (
    hold_caller,
    own_leg,
    speaking,
    take_over,
    wind_up,
    wrap_up_seconds,
)
from hotline.queueing.work import DIVERT_CALLER, PLACE_LEG, Aim
from hotline.telephony.dial_rules import EMERGENCY_LINES, may_ring_office, plain

MOST_PER_HOUR = 30
HOUR = timedelta(hours=1)


class AgentBusy(Conflict):
    code, detail = "agent_busy", "对方坐席现在不能接听。"


class NobodyConsulted(Conflict):
    code, detail = "nobody_consulted", "还没有接通要转接的对方。"


class NumberNotAllowed(InvalidInput):
    code, detail = "number_not_allowed", "这个号码不允许呼叫。"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to call in: exactly one of them."""

    account_id: UUID | None = None
    organization_id: UUID | None = None
    number: str | None = None


async def consult(
    session: AsyncSession, principal: Principal, call: Call, target: Target
) -> CallLeg:
    """Hold the caller and ring somebody for advice."""
    own = await own_leg(session, principal, call)
    leg = await _call_in(session, principal, call, own, target=target, aim=Aim.CONSULT)
    await hold_caller(session, own.room_id, on=True)
    return leg


async def merge(session: AsyncSession, principal: Principal, call: Call) -> None:
    """All three together. Raises NobodyConsulted."""
    own = await own_leg(session, principal, call)
    await _other(session, own)
    await hold_caller(session, own.room_id, on=False)
    await service.announce(session, "call.merged", call)


async def transfer_warm(session: AsyncSession, principal: Principal, call: Call) -> None:
    """Leave the caller with whoever was consulted. Raises NobodyConsulted."""
    own = await own_leg(session, principal, call)
    other = await _other(session, own)
    await hold_caller(session, own.room_id, on=False)
    await wind_up(session, own, await wrap_up_seconds(session, call))
    if other.role == LegRole.AGENT:
        await take_over(session, call, other)
    await service.announce(session, "call.transferred", call)


async def transfer_blind(
    session: AsyncSession, principal: Principal, call: Call, target: Target
) -> None:
    """Ring the target for the caller, who is held meanwhile, and leave at once."""
    own = await own_leg(session, principal, call)
    await _call_in(session, principal, call, own, target=target, aim=Aim.TRANSFER)
    await hold_caller(session, own.room_id, on=True)
    await wind_up(session, own, await wrap_up_seconds(session, call))
    await service.announce(session, "call.transferred", call)


async def transfer_to_line(
    session: AsyncSession, principal: Principal, call: Call, skill: str
) -> None:
    """Back into the line, first, for another agent or another language."""
    own = await own_leg(session, principal, call)
    entry = await queries.open_entry(session, call.id)
    if entry is None:
        raise NobodyConsulted
    line = pick_line(await lines_of(session, call.city_id), call.district_id, skill)
    entry.queue_id, entry.organization_id, entry.skill = line.id, line.organization_id, line.skill
    entry.refused = [str(principal.account_id)]
    await wind_up(session, own, await wrap_up_seconds(session, call))
    await _divert_to_line(session, call)
    await service.announce(session, "call.transferred", call)


async def party_joined(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """A third party is in the room: one who takes the call over is brought the caller."""
    if leg.role == LegRole.SUPERVISOR:
        await mode_wished(session, call, leg)
        return
    if leg.role == LegRole.AGENT:
        await agents.begin_talk(session, leg.id)
    if leg.aim == Aim.TRANSFER:
        await hold_caller(session, leg.room_id, on=False)
        if leg.role == LegRole.AGENT:
            await take_over(session, call, leg)


async def consult_failed(session: AsyncSession, call: Call, leg: CallLeg) -> None:
    """A third party did not come, or went: the caller is not left alone."""
    await agents.release(session, leg.id)
    if leg.aim != Aim.TRANSFER or call.status == CallStatus.ENDED:
        return
    if not await speaking(session, leg.room_id):
        await _divert_to_line(session, call)


async def _divert_to_line(session: AsyncSession, call: Call) -> None:
    entry = await queries.open_entry(session, call.id)
    if entry is not None:
        await go_back_in_line(session, call, entry)
        await jobs.enqueue(session, DIVERT_CALLER, {"call_id": str(call.id), "to": "again"})


async def _other(session: AsyncSession, own: CallLeg) -> CallLeg:
    others = [leg for leg in await speaking(session, own.room_id) if leg.id != own.id]
    if not others:
        raise NobodyConsulted
    return others[-1]


async def _call_in(
    session: AsyncSession, principal: Principal, call: Call, own: CallLeg, *, target: Target,
    aim: Aim,
) -> CallLeg:  # fmt: skip
    room = await calls.room(session, own.room_id)
    assert room is not None
    if target.account_id is not None:
        leg = await _agent_leg(session, call, room, target.account_id, aim)
    else:
        name, number = await _office(session, principal, target)
        new = legs.NewLeg(LegRole.CONSULTED, aim, name, number)
        leg = await legs.plan_leg(session, call, room, new)
    await jobs.enqueue(session, PLACE_LEG, {"leg_id": str(leg.id)}, max_attempts=2)
    return leg


async def _agent_leg(
    session: AsyncSession, call: Call, room: TalkRoom, account_id: UUID, aim: Aim
) -> CallLeg:
    seat = await agents.free_seat(session, account_id)
    if seat is None or seat.city_id != call.city_id:
        raise AgentBusy
    new = legs.NewLeg(LegRole.AGENT, aim, seat.display_name, seat.addresses[0], account_id)
    leg = await legs.plan_leg(session, call, room, new)
    agents.occupy(seat, leg_id=leg.id, call_id=call.id)
    return leg


async def _office(session: AsyncSession, principal: Principal, target: Target) -> tuple[str, str]:
    """Name and number of a unit, or a number as it is."""
    if target.organization_id is not None:
        visible = organizations.visible_to(principal)
        unit = await session.scalar(visible.where(Organization.id == target.organization_id))
        if unit is None:
            raise NotFound
        name, number = unit.short_name, unit.phone or ""
    else:
        name = number = target.number or ""
    if not may_ring_office(number):
        raise NumberNotAllowed
    if plain(number) not in EMERGENCY_LINES:
        await _hold_to_limit(session, principal)
    return name, plain(number)


async def _hold_to_limit(session: AsyncSession, principal: Principal) -> None:
    """Toll fraud: no agent calls out without end. Emergency lines are never counted."""
    assert principal.account_id is not None
    since = clock.now() - HOUR
    if await queries.offices_called_by(session, principal.account_id, since) >= MOST_PER_HOUR:
        raise TooManyAttempts
