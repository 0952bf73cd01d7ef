"""Every SELECT on announcements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.announcements.models import Announcement
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal


class Span(StrEnum):
    """Now, later, or over: by its times and by whoever took it back."""

    CURRENT = "current"
    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Notice:
    """An announcement as the talk and the portal know it; `district` null: the whole city."""

    id: UUID
    version: int
    organization: str
    district: str | None
    families: frozenset[str]
    title: str
    spoken: str
    details: str
    spoken_at: str
    is_on_portal: bool
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime

    def is_current(self, moment: datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


def visible_to(principal: Principal) -> Select[Announcement]:
    """Those of the principal's city: announcements are for everybody."""
    city = select(Organization.city_id).where(Organization.id == principal.organization_id)
    return select(Announcement).where(Announcement.city_id == city.scalar_subquery())


def page(
    principal: Principal, span: Span | None, *, after: UUID | None, limit: int
) -> Select[Announcement]:
    """Newest first."""
    chosen = visible_to(principal).order_by(Announcement.id.desc()).limit(limit)
    if span is not None:
        chosen = chosen.where(*_within(span, clock.now()))
    return chosen if after is None else chosen.where(Announcement.id < after)


async def own_announcement(
    session: AsyncSession, principal: Principal, announcement_id: UUID
) -> Announcement:
    """For a change: one that the principal's subtree has posted, locked."""
    chosen = visible_to(principal).where(
        Announcement.id == announcement_id, one_of(Announcement.organization_id, principal.subtree)
    )
    found = await session.scalar(chosen.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


async def notices_in(session: AsyncSession, city_id: UUID) -> tuple[Notice, ...]:
    """What is or will be told in a city, what began last first."""
    chosen = select(Announcement).where(
        Announcement.city_id == city_id,
        Announcement.withdrawn_at.is_(None),
        Announcement.ends_at > clock.now(),
    )
    rows = (await session.scalars(chosen.order_by(Announcement.starts_at.desc()))).all()
    nodes = await nodes_of(session, rows)
    return tuple(_notice(row, nodes) for row in rows)


async def nodes_of(session: AsyncSession, rows: Sequence[Announcement]) -> dict[UUID, Organization]:
    ids = {row.organization_id for row in rows}
    return await organizations_by_id(session, ids | {r.district_id for r in rows if r.district_id})


def _notice(row: Announcement, nodes: dict[UUID, Organization]) -> Notice:
    return Notice(
        id=row.id,
        version=row.version,
        organization=nodes[row.organization_id].name,
        district=nodes[row.district_id].district if row.district_id else None,
        families=frozenset(map(str, row.families)),
        title=row.title,
        spoken=row.spoken,
        details=row.details,
        spoken_at=row.spoken_at,
        is_on_portal=row.is_on_portal,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        changed_at=row.updated_at,
    )


def _within(span: Span, now: datetime) -> list[ColumnElement[bool]]:
    standing = Announcement.withdrawn_at.is_(None)
    if span is Span.CURRENT:
        return [standing, Announcement.starts_at <= now, Announcement.ends_at > now]
    if span is Span.UPCOMING:
        return [standing, Announcement.starts_at > now]
    return [~standing | (Announcement.ends_at <= now)]
