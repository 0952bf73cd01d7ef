"""Record what happened, inside the transaction in which it happens."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import tracing
from hotline.db.database import wake_after_commit
from hotline.db.wakes import EVENTS_WRITTEN
from hotline.events.catalogue import CATALOGUE
from hotline.events.models import Event


async def record(
    session: AsyncSession,
    name: str,
    *,
    subject_id: UUID | str,
    payload: BaseModel,
    audience: Iterable[UUID],
    scope: str,
) -> None:
    """Append an event of the catalogue, with a payload of the schema that stands there.

    `audience`: organizations to whose subtree it belongs, or single accounts; a principal sees it
    when one of them lies in its subtree or is its account, and it holds `scope`.
    """
    kind = CATALOGUE[name]
    assert type(payload).__name__ == kind.payload, f"{name} carries {kind.payload}"
    with tracing.span("event", event=name):
        trace = tracing.here()
    session.add(
        Event(
            name=name,
            subject_type=kind.subject,
            subject_id=str(subject_id),
            scope=scope,
            audience=sorted(set(audience)),
            payload=payload.model_dump(mode="json"),
            trace=trace,
        )
    )
    wake_after_commit(session, EVENTS_WRITTEN)
