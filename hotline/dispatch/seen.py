"""The order of a path, for every edge: one that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.dispatch import queries
from hotline.errors import NotFound


async def seen_order(work_order_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """The id of an order that the principal may see. Declare it before the scoped principal."""
    try:
        known = UUID(work_order_id)
    except ValueError:
        raise NotFound from None
    return (await queries.order(session, principal, known)).id


SeenOrder = Annotated[UUID, Depends(seen_order)]
