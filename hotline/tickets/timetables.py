"""The timetable that holds for a tier: calendar, office hours, limits."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.tickets.due import Clocks, Terms, Timetable
from hotline.tickets.limits import default_limits
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import WUHAI_OFFICE, official_calendar


async def timetable_for(_session: AsyncSession, _organization_id: UUID) -> Timetable:
    return Timetable(official_calendar(), WUHAI_OFFICE, default_limits())


def terms_of(ticket: Ticket) -> Terms:
    return Terms(TicketKind(ticket.kind), Urgency(ticket.urgency), ticket.sla_working_days)


def clocks_of(ticket: Ticket) -> Clocks:
    return Clocks(
        ticket.due_at,
        ticket.resident_due_at,
        ticket.step_due_at,
        ticket.return_until,
        ticket.due_is_certain,
    )


def set_clocks(ticket: Ticket, clocks: Clocks) -> None:
    ticket.due_at = clocks.due_at
    ticket.resident_due_at = clocks.resident_due_at
    ticket.step_due_at = clocks.step_due_at
    ticket.return_until = clocks.return_until
    ticket.due_is_certain = clocks.is_certain
