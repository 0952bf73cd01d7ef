"""Every SELECT of the statistics. A viewer counts for an organization of the own subtree."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    any_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.db.arrays import one_of
from hotline.directory.models import DirectoryEntry
from hotline.errors import NotFound
from hotline.organizations.models import Organization, Tier
from hotline.principal import Principal
from hotline.stats.measures import measure_of, member_of
from hotline.stats.models import (
    Scorecard,
    StatCursor,
    StatDay,
    StatHalfHour,
    StatMonth,
    StatTicket,
)
from hotline.stats.periods import Period, Spans, Step
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Cell:
    """Which cell of a table somebody opens: a measure, and the members that it is narrowed to."""

    days: Period
    scope_id: UUID
    measure: str
    members: Mapping[str, str]


_Rows = Select[str, date, str, int]
# Sorting years of cells on disk is what a table would wait for, and a plan that suits every period
# walks an index through all of them.
_AT_EASE = text(
    "SELECT set_config('work_mem', '32MB', TRUE),"
    " set_config('plan_cache_mode', 'force_custom_plan', TRUE)"
)
# By the key, newest first, until the page is full: of years nearly every row fits.
_BY_KEY = text("SET LOCAL enable_sort = off")
_LONG = 62
_OPEN_TODAY = "due_open_today"
_STALE, _FRESH = timedelta(days=365), timedelta(days=183)


def visible_to(principal: Principal) -> Select[StatTicket]:
    """Facts of the tickets that the principal may see."""
    return select(StatTicket).where(StatTicket.scopes.overlap(list(principal.subtree)))


async def scope_of(
    session: AsyncSession, principal: Principal, organization_id: UUID | None
) -> UUID:
    """For whom is counted: the own city or district, or a district below.

    Raises NotFound for any other, and for units: they are members of what their district counts.
    """
    wanted = organization_id or principal.organization_id
    chosen = select(Organization.id).where(
        Organization.id == wanted,
        one_of(Organization.id, principal.subtree),
        Organization.tier != Tier.UNIT,
    )
    found = await session.scalar(chosen)
    if found is None:
        raise NotFound
    return found


async def sums(
    session: AsyncSession, scope_id: UUID, period: Period, measures: Collection[str]
) -> dict[str, int]:
    """Of the whole period; what is still open today is `due_open_today`."""
    wanted = set(measures) | ({"due_open"} if _OPEN_TODAY in measures else set())
    today = clock.local(clock.now()).date()
    open_today = func.sum(case((StatDay.day >= today, StatDay.value), else_=0))
    chosen = (
        select(StatDay.measure, func.sum(StatDay.value), open_today)
        .where(*_cells(scope_id, period, wanted, "all"))
        .group_by(StatDay.measure)
    )
    rows = (await session.execute(chosen)).all()
    found = {measure: int(value) for measure, value, _ in rows}
    found[_OPEN_TODAY] = next((int(late) for name, _, late in rows if name == "due_open"), 0)
    return found


async def sums_by(
    session: AsyncSession,
    scope_id: UUID,
    period: Period,
    measures: Collection[str],
    *,
    dimension: str = "all",
    step: Step | None = None,
    members: Collection[str] | None = None,
) -> dict[tuple[str, str], dict[str, int]]:
    """By (member, beginning of the step); the step is empty when there is none.

    Of these members only, where some are given.
    """
    wanted = sorted(set(measures) - {_OPEN_TODAY})
    today = clock.local(clock.now()).date()
    extra = {"due_open"} if _OPEN_TODAY in measures else set()
    rolled = _rolled(
        scope_id, period, {*wanted, *extra}, dimension=dimension, step=step, members=members
    )
    measure, day, value = rolled.c.measure, rolled.c.day, rolled.c.value
    when = _beginning(step, day) if step else literal_column("''").label("began")
    sums = [func.sum(value).filter(measure == one) for one in wanted]
    if _OPEN_TODAY in measures:
        wanted.append(_OPEN_TODAY)
        sums.append(func.sum(value).filter(measure == "due_open", day >= today))
    grouped = (rolled.c.member, when) if step else (rolled.c.member,)
    chosen = select(rolled.c.member, when, *sums).select_from(rolled).group_by(*grouped)
    await plan_at_ease(session)
    return {
        (member, began): {
            name: int(one) for name, one in zip(wanted, counted, strict=True) if one is not None
        }
        for member, began, *counted in await session.execute(chosen)
        if any(counted)
    }


async def plan_at_ease(session: AsyncSession) -> None:
    """For the rest of the transaction: room to sort, and plans for the period that is asked for."""
    await session.execute(_AT_EASE)


async def half_hours(
    session: AsyncSession, scope_id: UUID, period: Period, measures: Collection[str]
) -> dict[tuple[date, int], dict[str, int]]:
    """By day and number of the half hour (0 from midnight), on the wall clock of the city."""
    first = _midnight(period.first)
    end = _midnight(period.last + timedelta(days=1))
    chosen = select(StatHalfHour.measure, StatHalfHour.slot, StatHalfHour.value).where(
        StatHalfHour.scope_id == scope_id,
        StatHalfHour.measure.in_(measures),
        StatHalfHour.slot >= first,
        StatHalfHour.slot < end,
    )
    found: dict[tuple[date, int], dict[str, int]] = {}
    for measure, slot, value in await session.execute(chosen):
        at = clock.local(slot)
        key = (at.date(), at.hour * 2 + at.minute // 30)
        found.setdefault(key, {})[measure] = int(value)
    return found


async def stock(session: AsyncSession, city_id: UUID) -> dict[str, int]:
    """Entries of the directory as they are now."""
    today = clock.local(clock.now()).date()
    chosen = select(
        func.count(),
        func.count().filter(DirectoryEntry.updated_on < today - _STALE),
        func.count().filter(DirectoryEntry.updated_on >= today - _FRESH),
    ).where(DirectoryEntry.city_id == city_id, DirectoryEntry.status == "published")
    total, stale, fresh = (await session.execute(chosen)).one()
    return {"entries": total, "entries_stale": stale, "entries_fresh": fresh}


async def reviews(
    session: AsyncSession, subtree: Collection[UUID], period: Period
) -> dict[str, int]:
    """Scorecards written in the period."""
    chosen = select(func.count(), func.count().filter(Scorecard.is_passed)).where(
        one_of(Scorecard.organization_id, subtree),
        Scorecard.created_at >= _midnight(period.first),
        Scorecard.created_at < _midnight(period.last + timedelta(days=1)),
    )
    total, passed = (await session.execute(chosen)).one()
    return {"reviews": total, "reviews_passed": passed}


async def city_of(session: AsyncSession, organization_id: UUID) -> UUID:
    found = await session.scalar(
        select(Organization.city_id).where(Organization.id == organization_id)
    )
    if found is None:
        raise NotFound
    return found


async def counted_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(StatCursor.counted_at).where(StatCursor.id == 1))


async def counted_ids(
    session: AsyncSession, principal: Principal, cell: Cell, *, after: UUID | None, limit: int
) -> list[UUID]:
    """The facts that a cell is made of, newest first, as far as the principal may see them."""
    cube, one = measure_of(cell.measure)
    conditions = [
        ":scope = ANY(f.scopes)", "f.scopes && :seen", f"{one.day} BETWEEN :first AND :last",
        f"({one.counts})", f"({one.value}) <> 0",
        *(f"{member_of(cube, name)} = :member_{name}" for name in sorted(cell.members)),
    ]  # fmt: skip
    given: dict[str, Any] = {
        "scope": cell.scope_id, "seen": list(principal.subtree), "first": cell.days.first,
        "last": cell.days.last, "limit": limit,
        **{f"member_{name}": member for name, member in cell.members.items()},
    }  # fmt: skip
    if after is not None:
        conditions.append(f"f.{cube.key} < :after")
        given["after"] = after
    statement = (
        f"SELECT f.{cube.key} FROM {cube.table} f WHERE {' AND '.join(conditions)}"  # noqa: S608
        f" ORDER BY f.{cube.key} DESC LIMIT :limit"
    )
    if cell.days.days > _LONG:
        await session.execute(_BY_KEY)
    return list(await session.scalars(text(statement), given))


def tickets_of(principal: Principal, ids: Collection[UUID]) -> Select[Ticket]:
    chosen = tickets.visible_to(principal).where(Ticket.id.in_(ids))
    return chosen.order_by(Ticket.id.desc())


def calls_of(principal: Principal, ids: Collection[UUID]) -> Select[Call]:
    chosen = calls.visible_to(principal).where(Call.id.in_(ids))
    return chosen.order_by(Call.id.desc())


def _cells(
    scope_id: UUID, period: Period, measures: Collection[str], dimension: str
) -> tuple[Any, ...]:
    return (
        StatDay.scope_id == scope_id,
        StatDay.measure.in_(sorted(measures)),
        StatDay.dimension == dimension,
        StatDay.day.between(period.first, period.last),
    )


def _rolled(
    scope_id: UUID,
    period: Period,
    measures: Collection[str],
    *,
    dimension: str,
    step: Step | None,
    members: Collection[str] | None,
) -> Any:
    """Cells by day; of whole months by month, unless single days are asked for.

    What is due in a month that goes on may still be open today: that is read by day. Days before
    and after the months are ranges of their own: one condition for all reads what lies between.
    """
    today = clock.local(clock.now()).date()
    parts: list[_Rows] = []
    asked = set(measures)
    for some in filter(None, ({"due_open"} & asked, asked - {"due_open"})):
        spans = period.spans(today, to_the_day="due_open" in some)
        if step in (Step.DAY, Step.WEEK):
            spans = Spans(None, (period,))
        cells = _Cells(scope_id, sorted(some), dimension, members)
        if spans.months:
            parts.append(cells.by_month(spans.months))
        parts += [cells.by_day(days) for days in spans.more]
        parts += [cells.by_day(days, -1) for days in spans.less]
    return union_all(*parts).subquery()


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of these measures by this dimension; of these members only, where some are given."""

    scope_id: UUID
    measures: Sequence[str]
    dimension: str
    members: Collection[str] | None

    def by_day(self, days: Period, sign: int = 1) -> _Rows:
        value = StatDay.value if sign > 0 else -StatDay.value
        chosen = select(StatDay.member, StatDay.day, StatDay.measure, value.label("value"))
        chosen = chosen.where(*_cells(self.scope_id, days, self.measures, self.dimension))
        return chosen if self.members is None else chosen.where(self._is_wanted(StatDay.member))

    def by_month(self, months: Period) -> _Rows:
        day = StatMonth.month.label("day")
        chosen = select(StatMonth.member, day, StatMonth.measure, StatMonth.value).where(
            StatMonth.scope_id == self.scope_id,
            StatMonth.measure.in_(self.measures),
            StatMonth.dimension == self.dimension,
            StatMonth.month.between(months.first, months.last),
        )
        return chosen if self.members is None else chosen.where(self._is_wanted(StatMonth.member))

    def _is_wanted(self, member: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """One array, and not hundreds of parameters for each part of the statement."""
        return member == any_(literal(list(self.members or ()), ARRAY(String)))


def _beginning(step: Step, day: Any) -> Any:
    if step is Step.DAY:
        return cast(day, String)
    return cast(cast(func.date_trunc(literal_column(f"'{step.value}'"), day), Date), String)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
