"""Plan a try, place it, hear it, end it. A ticket that moved on meanwhile ends the try quietly."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.calls import service as calls
from hotline.calls.models import Call, CallStatus
from hotline.errors import HotlineError
from hotline.follow_up import queries
from hotline.follow_up.models import FollowUpCall, FollowUpEnd, FollowUpRules
from hotline.follow_up.questions import Interview, Question, is_enough
from hotline.follow_up.schemas import FollowUpTermsIn
from hotline.follow_up.tries import next_try
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.residents import service as residents
from hotline.telephony.dial_rules import may_ring_resident
from hotline.tickets import queries as tickets
from hotline.tickets.attending import machine
from hotline.tickets.models import Ticket
from hotline.tickets.move_ticket import move_ticket
from hotline.tickets.phrases import phrase
from hotline.tickets.rate_ticket import Rating, rate_ticket
from hotline.tickets.rules import Move
from hotline.tickets.schemas import ToldMove
from hotline.tickets.states import Channel, Urgency
from hotline.tickets.words import caller_of

log = structlog.get_logger()

PLACE = "follow_up.place"
SWEEP = "follow_up.sweep"
_COUNTED = frozenset({FollowUpEnd.UNREACHED, FollowUpEnd.HUNG_UP})


@dataclass(frozen=True, slots=True)
class Party:
    """Whom to ring and the number that they shall see."""

    number: str
    shown: str


async def plan_try(session: AsyncSession, ticket_id: UUID) -> FollowUpCall | None:
    """A call for a ticket whose hour has come; None where it has not, or nobody may be rung."""
    ticket = await tickets.held_ticket(session, ticket_id)
    if ticket is None or not await queries.is_waiting(session, ticket.id, clock.now()):
        return None
    at = await _due_at(session, ticket)
    party = await _party(session, ticket) if at is not None and at <= clock.now() else None
    if party is None:
        return None
    place = await organizations.organization(session, ticket.district_id or ticket.city_id)
    call = await calls.plan_outbound(session, place, number=party.number, from_number=party.shown)
    call.status, call.queued_at, call.ticket_ids = CallStatus.CONVERSING, None, [str(ticket.id)]
    follow_up = FollowUpCall(
        ticket_id=ticket.id, call_id=call.id, city_id=ticket.city_id, round=ticket.redo_count,
        attempt=await queries.count_of(session, ticket) + 1, question=Question.RESOLVED,
        answers={}, silences=0,
    )  # fmt: skip
    await session.flush()
    session.add(follow_up)
    await session.flush()
    await jobs.enqueue(session, PLACE, {"follow_up_id": str(follow_up.id)}, max_attempts=1)
    return follow_up


def interview_of(follow_up: FollowUpCall) -> Interview:
    return Interview(Question(follow_up.question), dict(follow_up.answers), follow_up.silences)


async def note_answer(
    session: AsyncSession, call: Call, follow_up: FollowUpCall, heard: Interview
) -> None:
    """Keep where the interview stands, and what came of it once it is over."""
    follow_up.question = heard.question
    follow_up.answers = {str(name): value for name, value in heard.answers.items()}
    follow_up.silences = heard.silences
    if heard.end is None:
        return
    if heard.end is FollowUpEnd.DECLINED:
        await residents.decline_robot(
            session, call.city_id, call.from_blind, subject=f"call:{call.id}"
        )
    await end_try(session, follow_up, heard.end, words=heard.words)


async def call_ended(session: AsyncSession, follow_up: FollowUpCall) -> None:
    """The line is gone: what was said until then counts when it is enough."""
    if is_enough(follow_up.answers):
        end = FollowUpEnd.RATED
    else:
        end = FollowUpEnd.HUNG_UP if follow_up.answered_at else FollowUpEnd.UNREACHED
    await end_try(session, follow_up, end)


async def end_try(
    session: AsyncSession, follow_up: FollowUpCall, end: FollowUpEnd, *, words: str = ""
) -> None:
    """Once. A rating goes to the ticket, a try in vain is counted on it."""
    if follow_up.ended_at is not None:
        return
    follow_up.ended_at, follow_up.outcome = clock.now(), end
    try:
        async with session.begin_nested():
            await _tell_ticket(session, follow_up, end, words)
    except HotlineError as gone:
        follow_up.outcome = FollowUpEnd.CANCELED
        log.info("follow_up.overtaken", ticket_id=str(follow_up.ticket_id), code=gone.code)


async def set_terms(
    session: AsyncSession, principal: Principal, organization_id: UUID, wanted: FollowUpTermsIn
) -> None:
    """For the organization and all below it, from now on."""
    row = FollowUpRules(organization_id=organization_id, set_by_id=principal.account_id)
    for name, value in wanted.model_dump().items():
        setattr(row, name, value)
    session.add(row)
    await session.flush()
    target = f"organization:{organization_id}"
    await audit.record(
        session, principal, "follow_up_rules.changed", target=target, **wanted.model_dump()
    )


async def _tell_ticket(
    session: AsyncSession, follow_up: FollowUpCall, end: FollowUpEnd, words: str
) -> None:
    if end is FollowUpEnd.RATED:
        rating = _rating(follow_up, words)
        await rate_ticket(session, follow_up.ticket_id, rating, channel=Channel.ROBOT)
    elif end in _COUNTED:
        await _record_attempt(session, follow_up, end)


async def _record_attempt(session: AsyncSession, follow_up: FollowUpCall, end: FollowUpEnd) -> None:
    ticket = await tickets.held_ticket(session, follow_up.ticket_id)
    if ticket is None:
        return
    told = ToldMove(
        move=Move.RECORD_ATTEMPT,
        version=ticket.version,
        channel=Channel.ROBOT,
        note=phrase(f"follow_up_{end}", attempt=follow_up.attempt),
    )
    await move_ticket(session, await machine(session, ticket.city_id), ticket.id, told)


async def _due_at(session: AsyncSession, ticket: Ticket) -> datetime | None:
    since = await queries.waiting_since(session, ticket.id)
    if since is None:
        return None
    tries = await queries.tries_of(session, ticket)
    recent = [one for one in tries if one >= since]
    terms = await queries.terms_of(session, ticket.district_id or ticket.city_id)
    is_urgent = ticket.urgency == Urgency.URGENT
    return next_try(since, recent, is_urgent=is_urgent, terms=terms)


async def _party(session: AsyncSession, ticket: Ticket) -> Party | None:
    number = caller_of(session, ticket)
    if number is None or ticket.caller_blind is None or not may_ring_resident(number):
        return None
    if not await residents.may_robot_call(session, ticket.city_id, ticket.caller_blind):
        return None
    numbers = await organizations.hotline_numbers(session, ticket.city_id)
    return Party(number, numbers[0].number) if numbers else None


def _rating(follow_up: FollowUpCall, words: str) -> Rating:
    answers = follow_up.answers
    return Rating(
        level=answers[Question.RESULT],
        is_resolved=bool(answers[Question.RESOLVED]),
        unit_level=answers.get(Question.UNIT),
        agent_level=answers.get(Question.AGENT),
        words=words or None,
    )
