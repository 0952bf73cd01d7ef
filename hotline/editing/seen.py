"""A draft that is not visible is 404 before scope, precondition and body."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from hotline.accounts.auth import AnyAccount
from hotline.db import Tx
from hotline.editing import queries
from hotline.errors import NotFound


async def seen_draft(draft_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """Declare it before the scoped principal."""
    return (await queries.draft(session, principal, id_of(draft_id))).id


async def seen_correction(correction_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await queries.correction(session, principal, id_of(correction_id))).id


async def seen_import(import_id: str, session: Tx, principal: AnyAccount) -> UUID:
    return (await queries.entry_import(session, principal, id_of(import_id))).id


def id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


SeenDraft = Annotated[UUID, Depends(seen_draft)]
SeenCorrection = Annotated[UUID, Depends(seen_correction)]
SeenImport = Annotated[UUID, Depends(seen_import)]
