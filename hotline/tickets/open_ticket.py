"""Open a ticket: from a call by the hotline itself, or by a person at a desk."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as seen_calls
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.db import uuid7
from hotline.errors import NotFound, ScopeMissing
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.organizations.models import Tier
from hotline.principal import Principal
from hotline.tickets import due, queries, words
from hotline.tickets.changes import record
from hotline.tickets.filing import Filing, file_under
from hotline.tickets.models import Ticket
from hotline.tickets.notices import tell_received
from hotline.tickets.numbers import next_number
from hotline.tickets.states import Status, TicketKind, Urgency
from hotline.tickets.suggestions import sure_subject
from hotline.tickets.timetables import set_clocks, terms_of, timetable_for

log = structlog.get_logger()

NOTE_TICKET = "incidents.note_ticket"
"""The job that looks whether many tickets are one incident, once this one is committed."""

_MAY_OPEN = frozenset({"agent", "dispatcher", "district_supervisor", "city_supervisor"})


async def open_ticket(
    session: AsyncSession,
    principal: Principal,
    *,
    kind: TicketKind,
    title: str,
    description: str,
    district: str | None = None,
    entry_id: str | None = None,
    subject_code: str | None = None,
    organization: str | None = None,
    caller_number: str | None = None,
    call_id: UUID | None = None,
    need: str | None = None,
    address: str | None = None,
    is_confidential: bool = False,
    is_anonymous: bool = False,
    urgency: Urgency = Urgency.NORMAL,
) -> Ticket:
    """Register a matter; the same need of the same call is registered once.

    `description` is what was said, raw: it is masked and sealed here. `organization` is the key
    of the unit to propose; without it the directory's own is proposed. `need` tells needs of one
    call apart and defaults to the entry, else the title.
    """
    need = need or entry_id or title
    call = await _call_beside(session, principal, call_id)
    if call_id is not None:
        known = await queries.opened_on_call(session, call_id, need)
        if known is not None:
            return known
    desk = await _desk(session, principal)
    if subject_code is None and principal.account_id is None:
        # Nobody sits beside the hotline to choose: it files what is clear and leaves the rest.
        subject_code = await sure_subject(
            session, desk.city_id, entry_id=entry_id, text=description
        )
    filing = await file_under(
        session,
        desk.city_id,
        district=district,
        entry_id=entry_id,
        subject_code=subject_code,
        organization=organization,
    )
    ticket = Ticket(id=uuid7(), kind=kind, urgency=urgency, call_id=call_id, need=need)
    ticket.custody_id, ticket.status = desk.id, Status.REGISTERED
    ticket.confidential, ticket.anonymous = is_confidential, is_anonymous
    ticket.number = await next_number(session)
    _file(ticket, filing)
    words.set_words(session, ticket, title=title, description=description)
    words.set_caller(session, ticket, None if is_anonymous else caller_number)
    words.set_address(session, ticket, address)
    await _set_due(session, ticket)
    session.add(ticket)
    await session.flush()
    await _tell(session, principal, ticket, call)
    return ticket


async def _call_beside(
    session: AsyncSession, principal: Principal, call_id: UUID | None
) -> Call | None:
    """The call beside which a person writes, locked before all else, as a turn of it locks it.

    The hotline itself holds its call, and names the ticket with what it says.
    """
    if call_id is None or principal.account_id is None:
        return None
    try:
        return await seen_calls.call_to_change(session, principal, call_id)
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class _Desk:
    id: UUID
    city_id: UUID


async def _desk(session: AsyncSession, principal: Principal) -> _Desk:
    """The city or district whose desk opens the ticket and holds it first."""
    home = await organizations.organization(session, principal.organization_id)
    is_hotline = principal.account_id is None
    if home.tier == Tier.UNIT or not (is_hotline or principal.roles & _MAY_OPEN):
        raise ScopeMissing
    return _Desk(home.id, home.city_id)


def _file(ticket: Ticket, filing: Filing) -> None:
    ticket.city_id = filing.city_id
    ticket.district_id = filing.district.id if filing.district else None
    ticket.proposed_id = filing.unit_id
    if filing.entry is not None:
        ticket.entry_key, ticket.entry_name = filing.entry.key, filing.entry.name
    if filing.subject is not None:
        ticket.subject_code, ticket.subject = filing.subject.code, filing.subject.name
        ticket.sla_working_days = filing.subject.sla_working_days


async def _set_due(session: AsyncSession, ticket: Ticket) -> None:
    table = await timetable_for(session, ticket.custody_id)
    clocks = due.at_opening(terms_of(ticket), clock.now(), table)
    if not clocks.is_certain:
        log.warning("ticket.due_without_calendar", ticket_id=str(ticket.id))
    set_clocks(ticket, clocks)


async def _tell(
    session: AsyncSession, principal: Principal, ticket: Ticket, call: Call | None
) -> None:
    """The log, whoever looks for incidents, the resident, and the call beside which it was."""
    await record(session, principal, ticket, was=None, name="ticket.opened")
    await jobs.enqueue(session, NOTE_TICKET, {"ticket_id": str(ticket.id)})
    await tell_received(session, ticket)
    if call is not None:
        await calls.name_ticket(session, call, ticket.id)
