"""When a file is no longer kept for its time, nothing in it opens on a person any more."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.tickets import words
from hotline.tickets.models import Ticket, TicketPetitioner
from hotline.tickets.phrases import phrase


async def erase_personal(session: AsyncSession, ticket: Ticket) -> None:
    """Number, address and the sealed original go; what was masked stays for the statistics."""
    words.set_caller(session, ticket, None)
    words.set_address(session, ticket, None)
    words.seal_words(session, ticket, phrase("erased_words"))
    await session.execute(
        update(TicketPetitioner)
        .where(TicketPetitioner.ticket_id == ticket.id)
        .values(caller_sealed=None, caller_blind=None, caller_masked=None)
    )
