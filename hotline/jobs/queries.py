"""Every SELECT on jobs; jobs belong to the installation and hold ids only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.jobs.models import Job


async def parked(session: AsyncSession, *, after: UUID | None, limit: int) -> Sequence[Job]:
    """Jobs that failed too often, oldest first."""
    chosen = select(Job).where(Job.parked_at.is_not(None))
    if after is not None:
        chosen = chosen.where(Job.id > after)
    return (await session.scalars(chosen.order_by(Job.id).limit(limit))).all()
