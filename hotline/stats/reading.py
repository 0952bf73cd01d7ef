"""Answers to what people ask of the roll-ups: indicators, pivots, series, heat maps."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.principal import Principal
from hotline.stats import queries
from hotline.stats.compute import Sums, Value, value_of
from hotline.stats.kpis import Kpi, every_kpi
from hotline.stats.names import groups_of, member_names
from hotline.stats.periods import LONGEST, Period, Step
from hotline.stats.schemas import (
    CellOut,
    HeatOut,
    KpiDefinition,
    KpiOut,
    KpisOut,
    MemberOut,
    PeriodOut,
    PivotOut,
    PointOut,
    SeriesOut,
    ValueOut,
)

ROWS = (
    "district", "unit", "subject", "subject_class", "kind", "channel", "agent", "entry",
)  # fmt: skip
PAIRS: Mapping[tuple[str, str], str] = {
    ("district", "kind"): "district_kind",
    ("district", "subject"): "district_subject",
    ("district", "subject_class"): "district_subject",
    ("unit", "kind"): "unit_kind",
}
_STOCK = frozenset({"entries", "entries_stale", "entries_fresh"})
_REVIEWS = frozenset({"reviews", "reviews_passed"})
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A pivot as it was asked for; `columns` is a step of time, a second dimension, or None."""

    period: Period
    rows: str
    columns: str | None
    kpis: Sequence[Kpi]


def period_of(first: date, last: date) -> Period:
    """Raises InvalidInput for one that runs backwards or is longer than three years."""
    if not first <= last <= first + timedelta(days=LONGEST):
        raise InvalidInput(errors=[{"field": "to", "message": "时段不能倒置，也不能超过三年"}])
    return Period(first, last)


def kpis_by_key(keys: Iterable[str]) -> list[Kpi]:
    known = every_kpi()
    try:
        return [known[key] for key in keys]
    except KeyError:
        raise InvalidInput(errors=[{"field": "kpi", "message": "没有这个指标"}]) from None


async def kpi_report(
    session: AsyncSession, principal: Principal, scope_id: UUID, period: Period
) -> KpisOut:
    """Every indicator of the period, with the one before and the same a year ago."""
    periods = (period, period.previous(), period.last_year())
    sums = [await all_sums(session, principal, scope_id, one) for one in periods]
    items = [
        KpiOut(key=kpi.key, now=now, previous=previous, last_year=last_year)
        for kpi in every_kpi().values()
        for now, previous, last_year in [[shown(value_of(kpi, one)) for one in sums]]
    ]
    spans = [PeriodOut.model_validate(one) for one in periods]
    return KpisOut(
        period=spans[0], previous=spans[1], last_year=spans[2], items=items,
        counted_at=await queries.counted_at(session),
    )  # fmt: skip


async def all_sums(
    session: AsyncSession, principal: Principal, scope_id: UUID, period: Period
) -> dict[str, int]:
    measures = terms_of(every_kpi().values())
    found = await queries.sums(session, scope_id, period, measures - _STOCK - _REVIEWS)
    city_id = await queries.city_of(session, scope_id)
    found |= await queries.stock(session, city_id)
    return found | await queries.reviews(session, principal.subtree, period)


def terms_of(kpis: Iterable[Kpi]) -> frozenset[str]:
    """The measures that these indicators are made of, those of their parts included."""
    known = every_kpi()
    parts = [known[key] for kpi in kpis for key in kpi.weights]
    return frozenset(term for kpi in (*kpis, *parts) for term in kpi.terms)


async def pivot(session: AsyncSession, scope_id: UUID, asked: Asked) -> PivotOut:
    step = Step(asked.columns) if asked.columns in list(Step) else None
    dimension = _dimension(asked, step)
    _require_counted(asked.kpis, dimension)
    cells = await queries.sums_by(
        session, scope_id, asked.period, terms_of(asked.kpis), dimension=dimension, step=step
    )
    table = _table(asked, cells, is_pair=dimension not in ROWS and asked.columns is not None)
    city_id = await queries.city_of(session, scope_id)
    rows = _ranked(asked, table)
    kept = set(rows)
    columns = _in_order(asked, table, kept)
    return PivotOut(
        period=PeriodOut.model_validate(asked.period),
        rows=await _members(session, city_id, asked.rows, rows),
        columns=await _columns(session, city_id, asked, step, columns),
        cells=[
            CellOut(row=row, column=column, values=values_of(asked.kpis, sums))
            for (row, column), sums in table.items()
            if row in kept
        ],
    )


async def series(
    session: AsyncSession, scope_id: UUID, period: Period, kpis: Sequence[Kpi], step: Step
) -> SeriesOut:
    """One point for each step that has passed in the period, empty ones included."""
    cells = await queries.sums_by(session, scope_id, period, terms_of(kpis), step=step)
    points = [
        PointOut(at=began, values=values_of(kpis, cells.get(("", began), {})))
        for began in _steps(period, step)
    ]
    return SeriesOut(period=PeriodOut.model_validate(period), points=points)


async def heat(session: AsyncSession, scope_id: UUID, period: Period, measure: str) -> HeatOut:
    found = await queries.half_hours(session, scope_id, period, [measure])
    counts = [[0] * 24 for _ in range(7)]
    for (day, slot), values in found.items():
        counts[day.weekday()][slot // 2] += values.get(measure, 0)
    days = Counter((period.first + timedelta(days=n)).weekday() for n in range(period.days))
    return HeatOut(
        period=PeriodOut.model_validate(period), measure=measure, counts=counts,
        days=[days[weekday] for weekday in range(7)],
    )  # fmt: skip


def values_of(kpis: Iterable[Kpi], sums: Sums) -> dict[str, ValueOut]:
    return {kpi.key: shown(value_of(kpi, sums)) for kpi in kpis}


def shown(value: Value) -> ValueOut:
    return ValueOut.model_validate(value)


def definitions() -> list[KpiDefinition]:
    return [KpiDefinition.model_validate(kpi) for kpi in every_kpi().values()]


def _require_counted(kpis: Iterable[Kpi], dimension: str) -> None:
    if any(dimension not in kpi.dimensions for kpi in kpis):
        raise InvalidInput(errors=[{"field": "kpi", "message": "这个指标不按这一维度统计"}])


def _dimension(asked: Asked, step: Step | None) -> str:
    rows = "subject" if asked.rows == "subject_class" else asked.rows
    if asked.columns is None or step is not None:
        return rows
    try:
        return PAIRS[asked.rows, asked.columns]
    except KeyError:
        message = "没有预备这两项的交叉统计"
        raise InvalidInput(errors=[{"field": "columns", "message": message}]) from None


def _table(
    asked: Asked, cells: Mapping[tuple[str, str], Sums], *, is_pair: bool
) -> dict[tuple[str, str], Counter[str]]:
    """Cells by row and column; classes of subjects are the sums of what lies in them."""
    table: dict[tuple[str, str], Counter[str]] = {}
    for (member, began), sums in cells.items():
        row, _, column = member.partition("|") if is_pair else (member, "", began)
        if asked.rows == "subject_class":
            row = row[:3] if row[:1].isupper() else row
        if asked.columns == "subject_class":
            column = column[:3] if column[:1].isupper() else column
        table.setdefault((row, column), Counter()).update(sums)
    return table


def _ranked(asked: Asked, table: Mapping[tuple[str, str], Counter[str]]) -> list[str]:
    """The largest first, by what stands above the line of the first indicator."""
    first, totals = asked.kpis[0], Counter[str]()
    for (row, _), sums in table.items():
        totals[row] += int(value_of(first, sums).denominator or value_of(first, sums).numerator)
    return [row for row, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))][:MOST_ROWS]


def _in_order(
    asked: Asked, table: Mapping[tuple[str, str], Counter[str]], rows: Collection[str]
) -> list[str]:
    """Time goes on from left to right; of members the largest comes first."""
    totals = Counter[str]()
    for (row, column), sums in table.items():
        if row in rows:
            value = value_of(asked.kpis[0], sums)
            totals[column] += int(value.denominator or value.numerator)
    if asked.columns is None or asked.columns in list(Step):
        return sorted(totals)
    return [column for column, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))]


async def _members(
    session: AsyncSession, city_id: UUID, dimension: str, members: Collection[str]
) -> list[MemberOut]:
    names = await member_names(session, city_id, dimension, members)
    groups = await groups_of(session, members) if dimension == "unit" else {}
    return [MemberOut(key=one, name=names[one], group=groups.get(one)) for one in members]


async def _columns(
    session: AsyncSession, city_id: UUID, asked: Asked, step: Step | None, columns: list[str]
) -> list[MemberOut]:
    if asked.columns is None:
        return [MemberOut(key="", name="合计")]
    if step is not None:
        return [MemberOut(key=one, name=one[:7] if step is Step.MONTH else one) for one in columns]
    return await _members(session, city_id, asked.columns, columns)


def _steps(period: Period, step: Step) -> list[str]:
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    match step:
        case Step.DAY:
            began = days
        case Step.WEEK:
            began = [day - timedelta(days=day.weekday()) for day in days]
        case Step.MONTH:
            began = [day.replace(day=1) for day in days]
    return list(dict.fromkeys(day.isoformat() for day in began))
