"""Answers to what people ask of the roll-ups: indicators, pivots, series, heat maps."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.principal import Principal
from hotline.stats import queries
from hotline.stats.compute import Sums, Value, value_of
from hotline.stats.kpis import Kpi, every_kpi
from hotline.stats.periods import LONGEST, Period, Step
from hotline.stats.schemas import (
    HeatOut,
    KpiDefinition,
    KpiOut,
    KpisOut,
    PeriodOut,
    PointOut,
    SeriesOut,
    ValueOut,
)
from hotline.stats.wording import Words

STEPS = frozenset(step.value for step in Step)
COMPARE = "compare"
COMPARED = ("now", "previous", "last_year")
_STOCK = frozenset({"entries", "entries_stale", "entries_fresh"})
_REVIEWS = frozenset({"reviews", "reviews_passed"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A pivot as it was asked for.

    `columns` is a step of time, a second dimension, the comparison of periods, or None.
    """

    period: Period
    rows: str
    columns: str | None
    kpis: Sequence[Kpi]
    words: Words


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
    return ValueOut(value.value, value.numerator, value.denominator)


def definitions() -> list[KpiDefinition]:
    return [KpiDefinition.model_validate(kpi) for kpi in every_kpi().values()]


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
