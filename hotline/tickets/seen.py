"""The ticket of a path, for every edge: one that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.tickets import queries


async def seen_ticket(ticket_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """The id of a ticket that the principal may see. Declare it before the scoped principal."""
    try:
        known = UUID(ticket_id)
    except ValueError:
        raise NotFound from None
    return (await queries.ticket(session, principal, known)).id


SeenTicket = Annotated[UUID, Depends(seen_ticket)]
