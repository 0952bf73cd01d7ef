"""Who has a ticket open: so that two do not answer the same resident at the same time."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.principal import Principal
from hotline.tickets import desk_queries
from hotline.tickets.desk_models import TicketViewer
from hotline.tickets.desk_schemas import ViewerOut

PRESENT = timedelta(seconds=45)
"""Consoles say every 15 seconds that they are there; one that is silent for longer is not."""


async def look_in(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, is_writing: bool
) -> list[ViewerOut]:
    """I am here; who else is?"""
    now = clock.now()
    row = {"ticket_id": ticket_id, "account_id": principal.account_id}
    state = {"seen_at": now, "is_writing": is_writing}
    here = insert(TicketViewer).values(**row, **state)
    await session.execute(here.on_conflict_do_update(index_elements=list(row), set_=state))
    others = await desk_queries.other_viewers(
        session, ticket_id, principal.account_id, now - PRESENT
    )
    return [ViewerOut(id=one[0], name=one[1], is_writing=one[2]) for one in others]


async def leave(session: AsyncSession, principal: Principal, ticket_id: UUID) -> None:
    gone = delete(TicketViewer).where(
        TicketViewer.ticket_id == ticket_id, TicketViewer.account_id == principal.account_id
    )
    await session.execute(gone)
