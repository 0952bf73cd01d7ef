"""The timetable that holds for a tier: calendar, office hours, limits; from the city downwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.organizations.queries import path_ids
from hotline.tickets.due import Clocks, Terms, Timetable
from hotline.tickets.limits import DEFAULTS, read_limits
from hotline.tickets.models import HolidayNotice, Ticket, TierTerms
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import (
    WUHAI_OFFICE,
    Notice,
    OfficeHours,
    WorkCalendar,
    official_calendar,
    read_notice,
)


@dataclass(frozen=True, slots=True)
class Inherited:
    """Limits as they are written, complete, and office hours."""

    limits: Mapping[str, Mapping[str, str]]
    office: OfficeHours


async def timetable_for(session: AsyncSession, organization_id: UUID) -> Timetable:
    """What the organization and those above it have set, the nearest last, over the shipped."""
    path = (await path_ids(session, organization_id))[::-1]
    written = _over_the_shipped(await _terms(session, path))
    return Timetable(
        calendar=await _calendar(session, path),
        office=written.office,
        limits=read_limits(written.limits),
    )


async def inherited_by(session: AsyncSession, organization_id: UUID) -> Inherited:
    """What holds for an organization that has set nothing itself."""
    path = (await path_ids(session, organization_id))[::-1]
    return _over_the_shipped(await _terms(session, path[:-1]))


async def notices_of(session: AsyncSession, path: Sequence[UUID]) -> list[HolidayNotice]:
    """The newest of each organization, year and sort; the city's first."""
    key = (HolidayNotice.organization_id, HolidayNotice.year, HolidayNotice.is_override)
    newest = (
        select(HolidayNotice)
        .where(HolidayNotice.organization_id.in_(path))
        .ext(distinct_on(*key))
        .order_by(*key, HolidayNotice.id.desc())
    )
    rows = await session.scalars(newest)
    return sorted(rows, key=lambda row: (path.index(row.organization_id), row.year))


def read_office(periods: Sequence[Sequence[str]]) -> OfficeHours:
    """`[["08:30", "12:00"], ["14:30", "18:00"]]`; raises ValueError when it is no such thing."""
    return OfficeHours(
        tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in periods)
    )


def terms_of(ticket: Ticket) -> Terms:
    return Terms(TicketKind(ticket.kind), Urgency(ticket.urgency), ticket.sla_working_days)


def clocks_of(ticket: Ticket) -> Clocks:
    return Clocks(
        ticket.due_at,
        ticket.resident_due_at,
        ticket.step_due_at,
        ticket.return_until,
        ticket.due_is_certain,
    )


def set_clocks(ticket: Ticket, clocks: Clocks) -> None:
    ticket.due_at = clocks.due_at
    ticket.resident_due_at = clocks.resident_due_at
    ticket.step_due_at = clocks.step_due_at
    ticket.return_until = clocks.return_until
    ticket.due_is_certain = clocks.is_certain


def _over_the_shipped(terms: Sequence[TierTerms]) -> Inherited:
    limits = {step: dict(table) for step, table in DEFAULTS.items()}
    for row in terms:
        for step, table in row.limits.items():
            limits[step] |= table
    offices = [read_office(row.office) for row in terms if row.office]
    return Inherited(limits, offices[-1] if offices else WUHAI_OFFICE)


async def _terms(session: AsyncSession, path: Sequence[UUID]) -> list[TierTerms]:
    newest = (
        select(TierTerms)
        .where(TierTerms.organization_id.in_(path))
        .ext(distinct_on(TierTerms.organization_id))
        .order_by(TierTerms.organization_id, TierTerms.id.desc())
    )
    return sorted(await session.scalars(newest), key=lambda row: path.index(row.organization_id))


async def _calendar(session: AsyncSession, path: Sequence[UUID]) -> WorkCalendar:
    calendar = official_calendar()
    notices = await notices_of(session, path)
    for row in sorted(notices, key=lambda row: row.is_override):
        notice = _read(row)
        if row.is_override:
            calendar = calendar.with_overrides(notice.rules)
        else:
            calendar = calendar.with_notice(notice.year, notice.rules)
    return calendar


def _read(row: HolidayNotice) -> Notice:
    return read_notice({"year": row.year, "days": row.days})
