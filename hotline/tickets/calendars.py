"""Import a year's holidays; what is open and not yet due is counted anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.errors import InvalidInput
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets import due
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.due import Timetable
from hotline.tickets.models import HolidayNotice, Ticket
from hotline.tickets.states import FINISHED, Status
from hotline.tickets.tier_terms import tier_of
from hotline.tickets.timetables import (
    clocks_of,
    notices_of,
    set_clocks,
    terms_of,
    timetable_for,
)
from hotline.tickets.watching import watch_anew
from hotline.worktime import NoticeInvalid, official_calendar, read_notice

log = structlog.get_logger()

_COUNTED = frozenset(Status) - FINISHED


@dataclass(frozen=True, slots=True)
class Imported:
    year: int
    day_count: int
    moved_count: int


@dataclass(frozen=True, slots=True)
class KnownYears:
    """Which years have a notice, and which of this and the next have none: a loud warning."""

    shipped: tuple[int, ...]
    imported: tuple[int, ...]
    missing: tuple[int, ...]


async def import_notice(
    session: AsyncSession,
    principal: Principal,
    document: Mapping[str, Any],
    *,
    organization_id: UUID | None = None,
) -> Imported:
    """Without an organization: the notice for the whole city. With one: its own days on top.

    Every open ticket whose due moment moves gets a history row with both moments.
    """
    try:
        notice = read_notice(document)
    except NoticeInvalid as error:
        errors = [{"field": place or "body", "message": fault} for place, fault in error.faults]
        raise InvalidInput(errors=errors) from None
    tier = await tier_of(session, principal, organization_id)
    before = await _timetables(session, tier)
    session.add(
        HolidayNotice(
            organization_id=tier.id,
            set_by_id=principal.account_id,
            year=notice.year,
            is_override=organization_id is not None,
            days=[
                {"name": rule.name, "date": rule.on.isoformat(), "isOffDay": rule.is_off}
                for rule in notice.rules
            ],
        )
    )
    await session.flush()
    moved = await _count_anew(session, principal, before, f"日历更新：{notice.year}年")
    await audit.record(
        session, principal, "calendar.imported", target=f"organization:{tier.id}", year=notice.year
    )
    return Imported(notice.year, len(notice.rules), moved)


async def known_years(session: AsyncSession, principal: Principal) -> KnownYears:
    city_id = await organizations.city_of(session, principal.organization_id)
    rows = await notices_of(session, [city_id])
    shipped, imported = official_calendar().years, {row.year for row in rows}
    this_year = clock.local(clock.now()).year
    missing = {this_year, this_year + 1} - shipped - imported
    return KnownYears(tuple(sorted(shipped)), tuple(sorted(imported)), tuple(sorted(missing)))


async def _timetables(session: AsyncSession, tier: Organization) -> dict[UUID, Timetable]:
    """By holder: what holds now for each organization at or below the tier with open tickets."""
    below = await organizations.subtree_ids(session, tier.id)
    holders = select(Ticket.custody_id).where(
        Ticket.custody_id.in_(below), Ticket.status.in_(_COUNTED)
    )
    return {
        holder: await timetable_for(session, holder)
        for holder in await session.scalars(holders.distinct())
    }


async def _count_anew(
    session: AsyncSession, principal: Principal, before: dict[UUID, Timetable], note: str
) -> int:
    moved = 0
    for holder, old in before.items():
        new = await timetable_for(session, holder)
        chosen = select(Ticket).where(Ticket.custody_id == holder, Ticket.status.in_(_COUNTED))
        chosen = chosen.order_by(Ticket.id).with_for_update(key_share=True)
        for ticket in await session.scalars(chosen):
            moved += await _count_ticket(session, principal, ticket, (old, new), note)
    log.info("calendar.recounted", moved_count=moved)
    return moved


async def _count_ticket(
    session: AsyncSession,
    principal: Principal,
    ticket: Ticket,
    tables: tuple[Timetable, Timetable],
    note: str,
) -> bool:
    old, new = tables
    was, clocks = snapshot(ticket), clocks_of(ticket)
    counted = due.recounted(clocks, terms_of(ticket), clock.now(), old=old, new=new)
    if counted == clocks:
        return False
    set_clocks(ticket, counted)
    await watch_anew(session, ticket, new)
    touch(ticket)
    await session.flush()
    await record(session, principal, ticket, was=was, name="ticket.updated", note=note)
    return True
