"""Incidents for the feed: those that people were told of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.incidents.models import Incident, IncidentStatus
from hotline.portal.news import News

_MOST = 50


async def incidents_since(
    session: AsyncSession, city_id: UUID, since: datetime, *, page: str
) -> Sequence[News]:
    """Going on, or over since then; newest change first."""
    over = (Incident.status == IncidentStatus.CLOSED) & (Incident.ended_at >= since)
    chosen = (
        select(Incident)
        .where(
            Incident.city_id == city_id,
            Incident.confirmed_at.is_not(None),
            or_(Incident.status == IncidentStatus.ACTIVE, over),
        )
        .order_by(Incident.updated_at.desc())
        .limit(_MOST)
    )
    return [
        News(
            id=f"urn:uuid:{row.id}",
            path=f"{page}#n-{row.id}",
            title=f"{row.title}（{row.area}）",
            text=(row.closing_message if row.ended_at else row.announcement) or row.title,
            updated_at=row.updated_at,
            published_at=row.confirmed_at or row.began_at,
        )
        for row in await session.scalars(chosen)
    ]
