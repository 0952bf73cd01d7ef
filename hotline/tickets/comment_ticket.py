"""Remarks on a ticket, and what its caller adds later in the same call."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import IllegalMove
from hotline.principal import Principal
from hotline.tickets import queries, words
from hotline.tickets.changes import record, record_comment, snapshot
from hotline.tickets.inbox import mention
from hotline.tickets.schemas import TimelineItem
from hotline.tickets.states import Status


async def comment_ticket(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    text: str,
    mentions: Collection[UUID] = (),
) -> TimelineItem:
    """Remarks are masked as they come in and are never changed afterwards."""
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.status == Status.ARCHIVED:
        raise IllegalMove
    item = await record_comment(session, principal, ticket, words.shown(ticket, text))
    await mention(session, principal, ticket, item.id, mentions)
    return item


async def add_from_caller(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    address: str | None = None,
    note: str | None = None,
) -> None:
    """What the caller said after the ticket was opened; the first words stay as they were."""
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if address is not None:
        was = snapshot(ticket)
        words.set_address(session, ticket, address)
        await session.flush()
        await record(session, principal, ticket, was=was, name="ticket.updated")
    if note is not None:
        await record_comment(session, principal, ticket, words.shown(ticket, note))
