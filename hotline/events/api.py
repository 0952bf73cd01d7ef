"""GET /api/v1/events: the log by cursor, for integrators and for a console that missed some."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import EventReader
from hotline.db import Tx
from hotline.events import queries
from hotline.events.models import Event
from hotline.events.schemas import EventOut, EventPage, EventSubject

router = APIRouter(prefix="/api/v1", tags=["events"])


@router.get("/events")
async def list_events(
    request: Request,
    session: Tx,
    principal: EventReader,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EventPage:
    """Events after the cursor, in order, that the account may see."""
    position = await queries.position(request.state.database.raw)
    rows = (await session.scalars(queries.page_after(principal, after, limit + 1))).all()
    items = [_out(row) for row in rows[:limit]]
    following = str(items[-1].seq) if len(rows) > limit else None
    return EventPage(items=items, next=following, position=position.last)


def _out(row: Event) -> EventOut:
    assert row.seq is not None
    return EventOut(
        seq=row.seq,
        name=row.name,
        at=row.created_at,
        subject=EventSubject(type=row.subject_type, id=row.subject_id),
        payload=row.payload,
    )
