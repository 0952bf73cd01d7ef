"""The subscription of a path: one that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.subscriptions import queries


async def seen_subscription(subscription_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """Declare it before the scoped principal."""
    try:
        known = UUID(subscription_id)
    except ValueError:
        raise NotFound from None
    return (await queries.subscription(session, principal, known)).id


SeenSubscription = Annotated[UUID, Depends(seen_subscription)]
