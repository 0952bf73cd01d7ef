"""An agent calls a resident: only one who called us lately, or whose matter is open."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.agents import service as agents
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call
from hotline.errors import InvalidInput, TooManyAttempts
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.queueing import queries
from hotline.queueing.callbacks import MISSED_WITHIN
from hotline.queueing.enter_line import enter_line
from hotline.queueing.offers import NotReady, offer_call
from hotline.queueing.transfer import NumberNotAllowed
from hotline.telephony.dial_rules import may_ring_resident
from hotline.tickets import queries as tickets
from hotline.tickets.states import FINISHED
from hotline.tickets.words import caller_of

log = structlog.get_logger()

MOST_PER_HOUR = 30
MOST_MINUTES_A_DAY = 6000
"""What a city's outbound calls may come to; thirty agents who call back all day need less."""
HOUR = timedelta(hours=1)


class OutboundSpent(TooManyAttempts):
    code, detail = "outbound_spent", "今日外呼时长已达上限，请联系值班长。"


class NoReasonToCall(NumberNotAllowed):
    code, detail = "no_reason_to_call", "只能回拨近期来电或有在办工单的来电人。"


@dataclass(frozen=True, slots=True)
class Resident:
    """Whom we may call, what it is about, and the number that they shall see."""

    number: str
    before: Call | Organization
    shown: str


async def call_resident(
    session: AsyncSession, principal: Principal, *, ticket_id: UUID | None, call_id: UUID | None
) -> Call:
    """The agent's own telephone rings first, then the resident's.

    Raises NoReasonToCall, NumberNotAllowed, TooManyAttempts, OutboundSpent, NotReady.
    """
    assert principal.account_id is not None
    resident = await _resident(session, principal, ticket_id, call_id)
    if not may_ring_resident(resident.number):
        raise NumberNotAllowed
    since = clock.now() - HOUR
    if await queries.outbound_by(session, principal.account_id, since) >= MOST_PER_HOUR:
        raise TooManyAttempts
    await require_budget(session, resident.before.city_id)
    await agents.own_seat(session, principal)
    call = await service.plan_outbound(
        session, resident.before, number=resident.number, from_number=resident.shown
    )
    entry = await enter_line(session, call, is_callback=True)
    entry.wanted_account_id = principal.account_id
    await session.flush()
    if not await offer_call(session, entry.id, principal.account_id):
        raise NotReady
    await audit.record(session, principal, "call.placed", target=f"call:{call.id}")
    return call


async def require_budget(
    session: AsyncSession, city_id: UUID, *, most: int = MOST_MINUTES_A_DAY
) -> None:
    """Stops calls that cost, whoever makes them: a stolen account, or a loop of our own."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    spent = await queries.outbound_minutes(session, city_id, midnight, clock.now())
    if spent >= most:
        log.error("outbound.spent", city_id=str(city_id), minutes=spent)
        raise OutboundSpent


async def _resident(
    session: AsyncSession, principal: Principal, ticket_id: UUID | None, call_id: UUID | None
) -> Resident:
    if (ticket_id is None) == (call_id is None):
        wrong = {"field": "ticket_id", "message": "工单、来电须且只能填一项。"}
        raise InvalidInput(errors=[wrong])
    if call_id is not None:
        return await _of_call(session, principal, call_id)
    assert ticket_id is not None
    return await _of_ticket(session, principal, ticket_id)


async def _of_call(session: AsyncSession, principal: Principal, call_id: UUID) -> Resident:
    before = await calls.call(session, principal, call_id)
    number = service.caller_number(session, before)
    if number is None or before.started_at < clock.now() - MISSED_WITHIN:
        raise NoReasonToCall
    return Resident(number, before, before.to_number)


async def _of_ticket(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Resident:
    ticket = await tickets.ticket(session, principal, ticket_id)
    number = caller_of(session, ticket)
    if number is None or ticket.status in FINISHED:
        raise NoReasonToCall
    if ticket.call_id is not None:
        before = await calls.call(session, principal, ticket.call_id)
        return Resident(number, before, before.to_number)
    city = await organizations.organization(session, ticket.city_id)
    numbers = await organizations.hotline_numbers(session, ticket.city_id)
    if not numbers:
        raise NoReasonToCall
    return Resident(number, city, numbers[0].number)
