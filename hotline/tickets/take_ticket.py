"""Take a ticket: the principal is now the person at its organization who works on it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import IllegalMove, StaleVersion
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.changes import record, snapshot
from hotline.tickets.models import Ticket
from hotline.tickets.states import FINISHED


async def take_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, version: int
) -> Ticket:
    """Taking what is one's own already changes nothing; two who take at once: one is stale."""
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.version != version:
        raise StaleVersion
    if ticket.status in FINISHED:
        raise IllegalMove
    if ticket.assignee_id != principal.account_id:
        was = snapshot(ticket)
        ticket.assignee_id = principal.account_id
        await session.flush()
        await record(session, principal, ticket, was=was, name="ticket.updated")
    return ticket
