"""GET /api/v1/calls: live and ended calls, as far as the account may see."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from hotline.accounts.auth import CallReader
from hotline.calls import queries
from hotline.calls.schemas import CallOut, CallPage
from hotline.db import Tx
from hotline.db.cursor import read_cursor, write_cursor

router = APIRouter(prefix="/api/v1", tags=["calls"])


@router.get("/calls")
async def list_calls(
    session: Tx,
    principal: CallReader,
    status: Literal["live", "ended"] | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallPage:
    """Newest first."""
    is_live = None if status is None else status == "live"
    chosen = queries.page(
        principal, live=is_live, after=read_cursor(after) if after else None, limit=limit + 1
    )
    rows = (await session.scalars(chosen)).all()
    items = [CallOut.model_validate(row) for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        following = write_cursor(rows[limit - 1].started_at, rows[limit - 1].id)
    return CallPage(items=items, next=following)


@router.get("/calls/{call_id}")
async def get_call(session: Tx, principal: CallReader, call_id: UUID) -> CallOut:
    return CallOut.model_validate(await queries.call(session, principal, call_id))
