"""What the portal reads beside the directory in memory."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call, Turn
from hotline.directory.models import DirectoryEntry
from hotline.matching.values import Decision

FEWEST = 5
"""What fewer callers asked for is counted as nobody's: it might point to a person."""


async def withdrawn_keys(session: AsyncSession, city_id: UUID) -> frozenset[str]:
    chosen = select(DirectoryEntry.key).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.status == "withdrawn"
    )
    return frozenset(await session.scalars(chosen))


async def asked_counts(session: AsyncSession, city_id: UUID, since: datetime) -> Mapping[str, int]:
    """Entry → in how many calls it was what the caller wanted; rare ones are left out."""
    entry_key = Turn.results[0]["entry_id"].astext
    calls = func.count(Turn.call_id.distinct())
    chosen = (
        select(entry_key, calls)
        .join(Call, Call.id == Turn.call_id)
        .where(
            Call.city_id == city_id,
            Turn.created_at >= since,
            Turn.decision == Decision.ANSWER,
            func.jsonb_array_length(Turn.results) > 0,
        )
        .group_by(entry_key)
        .having(calls >= FEWEST)
    )
    return {key: count for key, count in await session.execute(chosen) if key}
