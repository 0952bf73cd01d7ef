"""Who rings again and again: numbers, masked, with what became of it.

A confidential ticket or an informant's report is named beside nobody's number.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls.models import Call, Direction
from hotline.organizations.queries import subtree_ids
from hotline.principal import Principal
from hotline.stats.periods import Period
from hotline.stats.schemas import CallerTicket, PeriodOut, RepeatCaller, RepeatCallers
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind

LEAST = 3
LONGEST = timedelta(days=31)
_MOST_CALLERS, _MOST_CALLS, _MOST_TICKETS = 50, 5_000, 5


@dataclass(slots=True)
class _Rung:
    """What one number did; `newest` is its latest call."""

    newest: Call
    count: int = 0
    ticket_ids: list[UUID] = field(default_factory=list)


async def repeat_callers(
    session: AsyncSession, principal: Principal, scope_id: UUID, days: Period
) -> RepeatCallers:
    """Of at most the last 31 days of the period; the most frequent first."""
    span = Period(max(days.first, days.last - LONGEST + timedelta(days=1)), days.last)
    within = _within(await subtree_ids(session, scope_id), span)
    rung = await _rung(session, principal, within)
    known = await _tickets(session, principal, {key for one in rung for key in one.ticket_ids})
    return RepeatCallers(
        period=PeriodOut.model_validate(span),
        least=LEAST,
        items=[_shown(one, known) for one in rung],
    )


def _within(inside: Collection[UUID], days: Period) -> ColumnElement[bool]:
    places = (Call.district_id, Call.organization_id, Call.city_id, Call.desk_id)
    return (
        (Call.direction == Direction.INBOUND)
        & Call.from_blind.is_not(None)
        & (Call.started_at >= _midnight(days.first))
        & (Call.started_at < _midnight(days.last + timedelta(days=1)))
        & or_(*(place.in_(inside) for place in places))
    )


async def _rung(
    session: AsyncSession, principal: Principal, within: ColumnElement[bool]
) -> Sequence[_Rung]:
    theirs = calls.visible_to(principal).where(within)
    numbers = (
        theirs.with_only_columns(Call.from_blind)
        .group_by(Call.from_blind)
        .having(func.count() >= LEAST)
        .order_by(func.count().desc(), func.max(Call.started_at).desc())
        .limit(_MOST_CALLERS)
    )
    often = list(await session.scalars(numbers))
    rows = theirs.where(Call.from_blind.in_(often)).order_by(Call.started_at.desc())
    found: dict[bytes | None, _Rung] = {}
    for call in await session.scalars(rows.limit(_MOST_CALLS)):
        one = found.setdefault(call.from_blind, _Rung(call))
        one.count += 1
        one.ticket_ids += map(UUID, call.ticket_ids)
    return [found[number] for number in often if number in found]


async def _tickets(
    session: AsyncSession, principal: Principal, ids: Collection[UUID]
) -> Mapping[UUID, Ticket]:
    chosen = tickets.visible_to(principal).where(
        Ticket.id.in_(ids), ~Ticket.confidential, Ticket.kind != TicketKind.REPORT
    )
    return {row.id: row for row in await session.scalars(chosen)}


def _shown(one: _Rung, known: Mapping[UUID, Ticket]) -> RepeatCaller:
    own = [known[key] for key in dict.fromkeys(one.ticket_ids) if key in known]
    return RepeatCaller(
        caller_masked=one.newest.from_masked,
        call_count=one.count,
        last_call_id=one.newest.id,
        last_at=one.newest.started_at,
        district=one.newest.district,
        ticket_count=len(own),
        tickets=[CallerTicket.model_validate(row) for row in own[:_MOST_TICKETS]],
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
