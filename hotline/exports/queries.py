"""Every SELECT on exports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.exports.models import ExportRequest
from hotline.exports.schemas import Wanted
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket


def visible_to(principal: Principal) -> Select[ExportRequest]:
    """Exports asked for in the principal's subtree."""
    mine = one_of(ExportRequest.organization_id, principal.subtree)
    return select(ExportRequest).where(mine)


async def page(
    session: AsyncSession, principal: Principal, *, after: UUID | None, limit: int
) -> Sequence[ExportRequest]:
    chosen = visible_to(principal)
    if after is not None:
        chosen = chosen.where(ExportRequest.id < after)
    return (await session.scalars(chosen.order_by(ExportRequest.id.desc()).limit(limit))).all()


async def locked(session: AsyncSession, principal: Principal, export_id: UUID) -> ExportRequest:
    chosen = visible_to(principal).where(ExportRequest.id == export_id)
    found = await session.scalar(chosen.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


async def rows(
    session: AsyncSession, principal: Principal, wanted: Wanted, *, most: int
) -> Sequence[Ticket]:
    """What whoever fetches may see of what was approved; informants' tickets never."""
    chosen = tickets.visible_to(principal).where(
        Ticket.confidential.is_(False),
        Ticket.created_at >= _midnight(wanted, days=0),
        Ticket.created_at < _midnight(wanted, days=1),
    )
    if wanted.district is not None:
        named = select(Organization.id).where(Organization.district == wanted.district)
        chosen = chosen.where(Ticket.district_id.in_(named))
    return (await session.scalars(chosen.order_by(Ticket.id).limit(most))).all()


def _midnight(wanted: Wanted, *, days: int) -> datetime:
    """Where the days begin (0) and where they end (1), by the clock of the city."""
    day = wanted.last + timedelta(days=1) if days else wanted.first
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
