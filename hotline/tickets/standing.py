"""Read the facts that the table of moves looks at, for one ticket or a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.organizations.models import Organization, Tier
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal
from hotline.tickets.facts import Actor, TicketFacts
from hotline.tickets.models import Ticket, TicketRequest, TicketVisit
from hotline.tickets.moves import legal_moves
from hotline.tickets.rules import Move
from hotline.tickets.states import FINISHED, Asked, Status, TicketKind, Urgency


@dataclass(frozen=True, slots=True)
class _Around:
    """What lies around a page of tickets, by ticket id."""

    holders: dict[UUID, Organization]
    requests: dict[UUID, list[TicketRequest]]
    with_open_children: frozenset[UUID]
    visits: dict[UUID, list[datetime]]


def actor_of(principal: Principal, ticket: Ticket) -> Actor:
    """How a principal stands to a ticket that it sees."""
    if principal.account_id is None:
        return Actor(is_hotline=True)
    is_below = ticket.custody_id in principal.subtree
    is_own = ticket.custody_id == principal.organization_id
    is_holder = is_below and (is_own or "unit_handler" in principal.roles)
    is_with_unit = ticket.custody_id != ticket.city_id and ticket.dispatched_at is not None
    return Actor(
        roles=principal.roles,
        is_holder=is_holder,
        is_above=is_below and not is_holder,
        is_city=ticket.city_id in principal.subtree,
        has_handled=ticket.replied_by_id == principal.account_id or (is_holder and is_with_unit),
    )


async def facts_of(session: AsyncSession, tickets: Sequence[Ticket]) -> dict[UUID, TicketFacts]:
    """By ticket id."""
    around = await _look_around(session, tickets)
    return {ticket.id: _facts(ticket, around) for ticket in tickets}


async def moves_for(
    session: AsyncSession, principal: Principal, tickets: Sequence[Ticket]
) -> dict[UUID, list[Move]]:
    """What the principal may do with each ticket now."""
    facts, now = await facts_of(session, tickets), clock.now()
    return {
        ticket.id: legal_moves(facts[ticket.id], actor_of(principal, ticket), now)
        for ticket in tickets
    }


def _facts(ticket: Ticket, around: _Around) -> TicketFacts:
    requests = around.requests.get(ticket.id, [])
    pending = [request for request in requests if request.outcome is None]
    holder = around.holders[ticket.custody_id]
    visits = around.visits.get(ticket.id, [])
    return TicketFacts(
        status=Status(ticket.status),
        kind=TicketKind(ticket.kind),
        urgency=Urgency(ticket.urgency),
        subject_code=ticket.subject_code,
        has_place=ticket.district_id is not None or ticket.address_masked is not None,
        has_contact=ticket.caller_masked is not None,
        has_entry=ticket.entry_key is not None,
        anonymous=ticket.anonymous,
        needs_redaction=ticket.confidential and ticket.redacted_at is None,
        is_child=ticket.parent_id is not None,
        was_dispatched=ticket.dispatched_at is not None,
        has_open_children=ticket.id in around.with_open_children,
        is_under_district=holder.tier == Tier.UNIT and holder.district is not None,
        due_at=ticket.due_at,
        step_due_at=ticket.step_due_at,
        return_until=ticket.return_until,
        closed_at=ticket.closed_at,
        return_count=_returns_by(ticket.custody_id, requests),
        extension_count=ticket.extension_count,
        redo_count=ticket.redo_count,
        waiting_for=frozenset(Asked(request.asked) for request in pending),
        endorsed=frozenset(
            Asked(request.asked) for request in pending if request.endorsed_at is not None
        ),
        visit_count=len(visits),
        visit_day_count=len({clock.local(visit).date() for visit in visits}),
    )


async def _look_around(session: AsyncSession, tickets: Sequence[Ticket]) -> _Around:
    """What was never dispatched has no requests and no parts, so nothing is asked for it."""
    return _Around(
        await organizations_by_id(session, {ticket.custody_id for ticket in tickets}),
        await _requests_of(session, [one.id for one in tickets if one.dispatched_at is not None]),
        await _with_open_children(session, [one.id for one in tickets if one.dispatched_at]),
        await _visits_of(session, [one for one in tickets if one.status == Status.TO_VISIT]),
    )


async def _requests_of(
    session: AsyncSession, ids: Sequence[UUID]
) -> dict[UUID, list[TicketRequest]]:
    requests: dict[UUID, list[TicketRequest]] = {}
    if ids:
        asked = select(TicketRequest).where(TicketRequest.ticket_id.in_(ids))
        for request in await session.scalars(asked):
            requests.setdefault(request.ticket_id, []).append(request)
    return requests


async def _with_open_children(session: AsyncSession, ids: Sequence[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    parents = select(Ticket.parent_id).where(
        Ticket.parent_id.in_(ids), Ticket.status.not_in(FINISHED)
    )
    return frozenset(filter(None, await session.scalars(parents.distinct())))


async def _visits_of(
    session: AsyncSession, tickets: Sequence[Ticket]
) -> dict[UUID, list[datetime]]:
    """The tries in vain of the present round: a redo begins to count anew."""
    rounds = {ticket.id: ticket.redo_count for ticket in tickets}
    visits: dict[UUID, list[datetime]] = {}
    if rounds:
        made = select(TicketVisit).where(
            TicketVisit.ticket_id.in_(rounds), TicketVisit.reached.is_(False)
        )
        for visit in await session.scalars(made):
            if visit.round == rounds[visit.ticket_id]:
                visits.setdefault(visit.ticket_id, []).append(visit.created_at)
    return visits


def _returns_by(custody_id: UUID, requests: Sequence[TicketRequest]) -> int:
    return sum(
        request.asked == Asked.RETURN and request.organization_id == custody_id
        for request in requests
    )
