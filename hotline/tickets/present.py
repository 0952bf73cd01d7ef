"""Tickets as whoever asks may see them, with the moves that they may make."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.models import Ticket
from hotline.tickets.schemas import TicketOut
from hotline.tickets.standing import moves_for


async def present(
    session: AsyncSession, principal: Principal, tickets: Sequence[Ticket]
) -> list[TicketOut]:
    """Whoever may not write may make no moves."""
    names = await queries.names_of(session, tickets)
    moves = await moves_for(session, principal, tickets) if principal.has("tickets:write") else {}
    return [TicketOut.of(ticket, names, moves.get(ticket.id)) for ticket in tickets]
