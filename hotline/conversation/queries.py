"""What was heard, as editors may see it: masked, with what the matcher thought and what came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call, Turn
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets.models import Ticket

UNANSWERED = ("agent", "choose", "confirm")


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """`results` best first, as stored; `chosen_entry_id` is what the call's ticket was for."""

    id: UUID
    at: datetime
    text: str
    decision: str | None
    district: str | None
    results: Sequence[dict[str, Any]]
    chosen_entry_id: str | None


def visible_to(principal: Principal) -> Select[Turn, str | None, str | None]:
    """Turns with words in calls of the principal's city: masked words are the editors' material."""
    city = select(Organization.city_id).where(Organization.id == principal.organization_id)
    return (
        select(Turn, Call.district, Ticket.entry_key)
        .join(Call, Call.id == Turn.call_id)
        .outerjoin(Ticket, Ticket.call_id == Turn.call_id)
        .where(Call.city_id == city.scalar_subquery(), Turn.heard.is_not(None))
    )


async def heard_turns(
    session: AsyncSession,
    principal: Principal,
    *,
    since: datetime,
    is_unanswered: bool,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> list[HeardTurn]:
    """Newest first."""
    chosen = visible_to(principal).where(Turn.created_at >= since)
    if is_unanswered:
        chosen = chosen.where(Turn.decision.in_(UNANSWERED))
    if after is not None:
        chosen = chosen.where(tuple_(Turn.created_at, Turn.id) < after)
    ordered = chosen.order_by(Turn.created_at.desc(), Turn.id.desc()).limit(limit)
    rows = (await session.execute(ordered)).all()
    seen: dict[UUID, HeardTurn] = {}
    for turn, district, entry_key in rows:
        seen.setdefault(turn.id, _heard(turn, district, entry_key))
    return list(seen.values())


def _heard(turn: Turn, district: str | None, entry_key: str | None) -> HeardTurn:
    return HeardTurn(
        turn.id, turn.created_at, turn.heard or "", turn.decision, district, turn.results, entry_key
    )
