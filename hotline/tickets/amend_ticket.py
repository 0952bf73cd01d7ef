"""Put a ticket right before it is dispatched; afterwards only remarks are added."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import IllegalMove, StaleVersion
from hotline.principal import Principal
from hotline.tickets import due, queries, words
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.errors import MoveNotYours
from hotline.tickets.filing import file_under
from hotline.tickets.models import Ticket
from hotline.tickets.schemas import TicketPatch
from hotline.tickets.states import Status
from hotline.tickets.timetables import set_clocks, terms_of, timetable_for

_OPEN_TO_CHANGE = frozenset({Status.DRAFT, Status.REGISTERED, Status.TO_DISPATCH})
_DESK = frozenset({"agent", "dispatcher", "district_supervisor", "city_supervisor"})
_FILED = frozenset({"district", "subject_code"})


async def amend_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, patch: TicketPatch
) -> Ticket:
    """Fields that the patch leaves out stay; null empties one. The caller's words never change.

    The clocks are reckoned anew from the moment of opening, as if it had been right at once.
    """
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.version != patch.version:
        raise StaleVersion
    if ticket.status not in _OPEN_TO_CHANGE:
        raise IllegalMove(status=ticket.status)
    if principal.account_id is not None and not principal.roles & _DESK:
        raise MoveNotYours
    was = snapshot(ticket)
    given = patch.model_fields_set - {"version"}
    await _file_anew(session, ticket, patch, given & _FILED)
    _write(session, ticket, patch, given)
    await _reckon_anew(session, ticket)
    touch(ticket)
    await session.flush()
    await record(session, principal, ticket, was=was, name="ticket.updated")
    return ticket


async def _file_anew(
    session: AsyncSession, ticket: Ticket, patch: TicketPatch, given: frozenset[str] | set[str]
) -> None:
    """A new place or subject proposes a unit anew, and sees to it that the names exist."""
    if not given:
        return
    district = patch.district if "district" in given else await _district(session, ticket)
    code = patch.subject_code if "subject_code" in given else ticket.subject_code
    filing = await file_under(
        session,
        ticket.city_id,
        district=district,
        entry_id=ticket.entry_key,
        subject_code=code,
    )
    ticket.district_id = filing.district.id if filing.district else None
    ticket.proposed_id = filing.unit_id
    subject = filing.subject
    ticket.subject_code = subject.code if subject else None
    ticket.subject = subject.name if subject else None
    ticket.sla_working_days = subject.sla_working_days if subject else None


async def _district(session: AsyncSession, ticket: Ticket) -> str | None:
    return (await queries.names_of(session, [ticket])).district(ticket.district_id)


def _write(session: AsyncSession, ticket: Ticket, patch: TicketPatch, given: set[str]) -> None:
    if patch.kind is not None:
        ticket.kind = patch.kind
    if patch.urgency is not None:
        ticket.urgency = patch.urgency
    if patch.title is not None:
        words.set_title(ticket, patch.title)
    if "address" in given:
        words.set_address(session, ticket, patch.address)
    if "caller_number" in given and not ticket.anonymous:
        words.set_caller(session, ticket, patch.caller_number)


async def _reckon_anew(session: AsyncSession, ticket: Ticket) -> None:
    """The limit for dispatching it runs on; amending must not win time."""
    if ticket.dispatched_at is not None:
        return
    table = await timetable_for(session, ticket.custody_id)
    clocks = due.at_opening(terms_of(ticket), ticket.created_at, table)
    if ticket.status == Status.TO_DISPATCH:
        clocks = replace(clocks, step_due_at=ticket.step_due_at)
    set_clocks(ticket, clocks)
