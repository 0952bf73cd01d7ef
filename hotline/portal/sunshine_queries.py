"""Counts for the sunshine page, read for the whole city at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hotline.clock import LOCAL
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.states import OfferState
from hotline.incidents.models import Incident, IncidentStatus
from hotline.organizations.models import Organization
from hotline.portal.sunshine import WHOLE_CITY, Dimension, Measure, Tally, group_of
from hotline.queueing.models import QueueEntry
from hotline.tickets.models import Ticket, TicketReply, TicketVisit
from hotline.tickets.outcomes import SATISFIED_FROM

_QUICK_SECONDS = 15
_SHORT_ABANDON_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Past:
    """An incident that is over."""

    title: str
    area: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Turns:
    """How often a vendor of a category was asked and said yes in a month."""

    month: str
    category: str
    vendor_id: UUID
    offered: int
    accepted: int


async def tallies(
    session: AsyncSession, city_id: UUID, since: datetime, until: datetime
) -> list[Tally]:
    """Months are those of the wall clock of the city."""
    found: list[Tally] = []
    for measure, chosen in _tickets(city_id, since, until).items():
        found += await _by_place(session, measure, chosen)
    found += await _line(session, city_id, since, until)
    return sorted(found, key=lambda one: (one.month, one.measure, one.dimension, one.part))


async def past_incidents(
    session: AsyncSession, city_id: UUID, since: datetime, most: int
) -> Sequence[Past]:
    chosen = (
        select(Incident.title, Incident.area, Incident.began_at, Incident.ended_at)
        .where(
            Incident.city_id == city_id,
            Incident.status == IncidentStatus.CLOSED,
            Incident.ended_at >= since,
        )
        .order_by(Incident.ended_at.desc())
        .limit(most)
    )
    rows = await session.execute(chosen)
    return [Past(title, area, began, ended) for title, area, began, ended in rows if ended]


async def turns(
    session: AsyncSession, city_id: UUID, since: datetime, until: datetime
) -> Sequence[Turns]:
    """The rotation of vendors, by category and month."""
    month = _month(Offer.created_at)
    accepted = func.count().filter(Offer.state == OfferState.ACCEPTED)
    chosen = (
        select(month, WorkOrder.category, Offer.vendor_id, func.count(), accepted)
        .join(WorkOrder, WorkOrder.id == Offer.order_id)
        .where(WorkOrder.city_id == city_id, Offer.created_at.between(since, until))
        .group_by(month, WorkOrder.category, Offer.vendor_id)
        .order_by(month.desc(), WorkOrder.category, func.count().desc(), Offer.vendor_id)
    )
    return [Turns(*row) for row in await session.execute(chosen)]


def _tickets(city_id: UUID, since: datetime, until: datetime) -> Mapping[Measure, Select[Any]]:
    """Measure → rows of month, district, unit, is it good."""
    replied = _newest_reply()
    unit = func.coalesce(replied.c.organization_id, Ticket.proposed_id, Ticket.custody_id)
    due = Ticket.due_at
    on_time = func.coalesce(Ticket.replied_at <= due, Ticket.closed_at <= due, False)
    of_city = and_(Ticket.city_id == city_id, Ticket.parent_id.is_(None))
    base = select(Ticket).outerjoin(replied, replied.c.ticket_id == Ticket.id)
    due_then = base.where(
        of_city, due.between(since, until), Ticket.dispatched_at.is_not(None)
    ).with_only_columns(_month(due), Ticket.district_id, unit, on_time)
    visited = base.join(TicketVisit, TicketVisit.ticket_id == Ticket.id).where(
        of_city, TicketVisit.reached, TicketVisit.created_at.between(since, until)
    )
    said = _month(TicketVisit.created_at)
    good = TicketVisit.level >= SATISFIED_FROM
    return {
        Measure.ON_TIME: due_then,
        Measure.SOLVED: visited.where(TicketVisit.resolved.is_not(None)).with_only_columns(
            said, Ticket.district_id, unit, TicketVisit.resolved
        ),
        Measure.SATISFIED: visited.where(TicketVisit.level.is_not(None)).with_only_columns(
            said, Ticket.district_id, unit, good
        ),
    }


async def _by_place(session: AsyncSession, measure: Measure, chosen: Select[Any]) -> list[Tally]:
    """One pass over the rows, grouped by every way at once."""
    rows = chosen.subquery()
    month, district_id, unit_id, is_good = rows.c
    place, unit = aliased(Organization), aliased(Organization)
    good = func.coalesce(func.sum(cast(is_good, Integer)), 0)
    counted = (
        select(month, place.district, unit.kind, unit.level, good, func.count())
        .select_from(rows)
        .outerjoin(place, place.id == district_id)
        .outerjoin(unit, unit.id == unit_id)
        .group_by(month, place.district, unit.kind, unit.level)
    )
    sums: dict[tuple[str, Dimension, str], list[int]] = {}
    for at, district, kind, level, successes, count in await session.execute(counted):
        for key in (
            (at, Dimension.CITY, WHOLE_CITY),
            (at, Dimension.DISTRICT, district or WHOLE_CITY),
            (at, Dimension.GROUP, group_of(kind, level)),
        ):
            total = sums.setdefault(key, [0, 0])
            total[0] += int(successes)
            total[1] += int(count)
    return [Tally(measure, *key, *total) for key, total in sums.items()]


async def _line(
    session: AsyncSession, city_id: UUID, since: datetime, until: datetime
) -> list[Tally]:
    """Who waited for a person: taken at all, and taken within fifteen seconds."""
    waited = func.extract("epoch", QueueEntry.answered_at - QueueEntry.entered_at)
    gave_up = func.extract("epoch", QueueEntry.ended_at - QueueEntry.entered_at)
    really = or_(QueueEntry.answered_at.is_not(None), gave_up > _SHORT_ABANDON_SECONDS)
    month = _month(QueueEntry.entered_at)
    chosen = (
        select(
            month,
            func.count(QueueEntry.answered_at),
            func.count().filter(waited <= _QUICK_SECONDS),
            func.count().filter(really),
        )
        .where(
            QueueEntry.city_id == city_id,
            QueueEntry.entered_at.between(since, until),
            QueueEntry.is_callback.is_(False),
        )
        .group_by(month)
    )
    found: list[Tally] = []
    for at, answered, quick, count in await session.execute(chosen):
        whole = (at, Dimension.CITY, WHOLE_CITY)
        found.append(Tally(Measure.ANSWERED, *whole, answered, count))
        found.append(Tally(Measure.QUICK, *whole, quick, count))
    return found


def _newest_reply() -> Any:
    """Ticket → the unit that answered last."""
    number = func.row_number().over(
        partition_by=TicketReply.ticket_id, order_by=TicketReply.id.desc()
    )
    ranked = select(TicketReply.ticket_id, TicketReply.organization_id, number.label("n"))
    rows = ranked.subquery()
    return select(rows.c.ticket_id, rows.c.organization_id).where(rows.c.n == 1).subquery()


def _month(moment: Any) -> ColumnElement[str]:
    """Literals, since a grouped expression must be the same text in both places."""
    here = func.timezone(literal_column(f"'{LOCAL}'"), moment)
    return func.to_char(here, literal_column("'YYYY-MM'"))
