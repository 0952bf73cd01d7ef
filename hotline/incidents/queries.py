"""Every SELECT on incidents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import DirectoryEntry
from hotline.errors import NotFound
from hotline.incidents.models import (
    Incident,
    IncidentFollower,
    IncidentReport,
    IncidentRules,
    IncidentStatus,
)
from hotline.incidents.rules import Rule, read_rules
from hotline.organizations import queries as organizations
from hotline.principal import Principal

OPEN = (IncidentStatus.PROPOSED, IncidentStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An active incident as the talk knows it; `district` null: the whole city hears it."""

    id: UUID
    district: str | None
    families: frozenset[str]
    announcement: str
    expected_end: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many different callers reported it, how many want to know how it ends."""

    callers: int = 0
    followers: int = 0


def visible_to(principal: Principal) -> Select[Incident]:
    """Incidents of a district in the principal's subtree; the city sees all of its own."""
    subtree = principal.subtree
    return select(Incident).where(
        or_(one_of(Incident.district_id, subtree), one_of(Incident.city_id, subtree))
    )


def page(
    principal: Principal, *, status: Collection[str], after: UUID | None, limit: int
) -> Select[Incident]:
    """Newest first, after the incident `after`."""
    chosen = visible_to(principal)
    if status:
        chosen = chosen.where(Incident.status.in_(status))
    if after is not None:
        chosen = chosen.where(Incident.id < after)
    return chosen.order_by(Incident.id.desc()).limit(limit)


async def incident(session: AsyncSession, principal: Principal, incident_id: UUID) -> Incident:
    found = await session.scalar(visible_to(principal).where(Incident.id == incident_id))
    if found is None:
        raise NotFound
    return found


async def locked_incident(
    session: AsyncSession, principal: Principal, incident_id: UUID
) -> Incident:
    """As it is now, held against every other change until the transaction ends."""
    chosen = visible_to(principal).where(Incident.id == incident_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def incident_to_follow(session: AsyncSession, incident_id: UUID) -> Incident | None:
    """Shared with other followers, but not with whoever is about to close it."""
    chosen = select(Incident).where(Incident.id == incident_id).with_for_update(read=True)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def counts_of(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Counts]:
    callers = (
        select(IncidentReport.incident_id, func.count(IncidentReport.caller_blind.distinct()))
        .where(IncidentReport.incident_id.in_(ids))
        .group_by(IncidentReport.incident_id)
    )
    followers = (
        select(IncidentFollower.incident_id, func.count())
        .where(IncidentFollower.incident_id.in_(ids))
        .group_by(IncidentFollower.incident_id)
    )
    called = {key: count for key, count in await session.execute(callers)}
    followed = {key: count for key, count in await session.execute(followers)}
    return {key: Counts(called.get(key, 0), followed.get(key, 0)) for key in ids}


async def covering(session: AsyncSession, report: IncidentReport, now: datetime) -> Incident | None:
    """The open incident that a report belongs to, else a dismissed one that is still quiet."""
    chosen = select(Incident).where(
        Incident.city_id == report.city_id,
        or_(Incident.district_id == report.district_id, Incident.district_id.is_(None)),
        or_(
            Incident.status.in_(OPEN),
            and_(Incident.status == IncidentStatus.DISMISSED, Incident.quiet_until > now),
        ),
        _is_about(report),
    )
    found = (await session.scalars(chosen.order_by(Incident.id.desc()))).all()
    return next((one for one in found if one.status in OPEN), found[0] if found else None)


async def unclaimed_like(
    session: AsyncSession, report: IncidentReport, since: datetime
) -> Sequence[IncidentReport]:
    """Reports of the same area, service or class that are of no incident yet."""
    same = [IncidentReport.family == report.family] if report.family else []
    if report.subject_code:
        same.append(IncidentReport.subject_code == report.subject_code)
    chosen = select(IncidentReport).where(
        IncidentReport.city_id == report.city_id,
        IncidentReport.at > since,
        IncidentReport.district_id.is_not_distinct_from(report.district_id),
        IncidentReport.incident_id.is_(None),
        or_(*same),
    )
    return (await session.scalars(chosen)).all()


async def reports_of(session: AsyncSession, incident_id: UUID) -> Sequence[IncidentReport]:
    chosen = select(IncidentReport).where(IncidentReport.incident_id == incident_id)
    return (await session.scalars(chosen.order_by(IncidentReport.at))).all()


async def untold_ids(session: AsyncSession, incident_id: UUID) -> Sequence[UUID]:
    """Followers who were not told yet."""
    chosen = select(IncidentFollower.id).where(
        IncidentFollower.incident_id == incident_id, IncidentFollower.told_at.is_(None)
    )
    return (await session.scalars(chosen.order_by(IncidentFollower.id))).all()


async def spoken_in(session: AsyncSession, city_id: UUID) -> tuple[Spoken, ...]:
    """What is announced in a city now, newest first."""
    chosen = select(Incident).where(
        Incident.city_id == city_id, Incident.status == IncidentStatus.ACTIVE
    )
    rows = (await session.scalars(chosen.order_by(Incident.confirmed_at.desc()))).all()
    nodes = await organizations.organizations_by_id(
        session, {row.district_id for row in rows if row.district_id}
    )
    return tuple(
        Spoken(
            id=row.id,
            district=nodes[row.district_id].district if row.district_id else None,
            families=frozenset(map(str, row.families)),
            announcement=row.announcement or "",
            expected_end=row.expected_end,
        )
        for row in rows
    )


async def rules_of(session: AsyncSession, organization_id: UUID) -> tuple[Rule, ...]:
    """The organization's own numbers, else those of the nearest above it, else the shipped."""
    path = await organizations.path_ids(session, organization_id)
    newest = (
        select(IncidentRules)
        .where(IncidentRules.organization_id.in_(path))
        .ext(distinct_on(IncidentRules.organization_id))
        .order_by(IncidentRules.organization_id, IncidentRules.id.desc())
    )
    rows = sorted(await session.scalars(newest), key=lambda row: -path.index(row.organization_id))
    return read_rules(one for row in rows for one in row.rules)


async def entries_by_key(
    session: AsyncSession, city_id: UUID, keys: Iterable[str]
) -> Mapping[str, DirectoryEntry]:
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.key.in_(list(keys))
    )
    return {row.key: row for row in await session.scalars(chosen)}


def _is_about(report: IncidentReport) -> ColumnElement[bool]:
    same: list[ColumnElement[bool]] = []
    if report.family:
        same.append(Incident.families.contains([report.family]))
    if report.subject_code:
        same.append(Incident.subject_code == report.subject_code)
    return or_(*same)
