"""The matter of a path: one that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.proxy import queries


async def seen_matter(matter_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """Declare it before the scoped principal."""
    try:
        known = UUID(matter_id)
    except ValueError:
        raise NotFound from None
    return (await queries.matter(session, principal, known)).id


SeenMatter = Annotated[UUID, Depends(seen_matter)]
