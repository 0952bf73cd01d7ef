"""Record what happened, inside the transaction in which it happens."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import tracing
from hotline.db.database import wake_after_commit
from hotline.db.wakes import EVENTS_WRITTEN
from hotline.events.models import Event


async def record(
    session: AsyncSession,
    name: str,
    *,
    subject_type: str,
    subject_id: UUID | str,
    payload: BaseModel | dict[str, Any],
    audience: Iterable[UUID],
    scope: str,
) -> None:
    """Append an event.

    `name` is past tense (`ticket.opened`). `audience`: organizations to whose subtree it belongs;
    a principal sees it when one of them lies in its subtree and it holds `scope`.
    """
    content = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else payload
    with tracing.span("event", event=name):
        trace = tracing.here()
    session.add(
        Event(
            name=name,
            subject_type=subject_type,
            subject_id=str(subject_id),
            scope=scope,
            audience=sorted(set(audience)),
            payload=content,
            trace=trace,
        )
    )
    wake_after_commit(session, EVENTS_WRITTEN)
