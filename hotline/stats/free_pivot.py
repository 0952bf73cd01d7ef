"""Counts by any two dimensions that nothing was prepared for: read from the facts themselves.

The same measures and dimensions as the roll-ups, so that both ways give the same numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.stats.measures import (
    CUBES,
    Cube,
    Measure,
    expressions,
    measure_of,
    member_of,
)
from hotline.stats.periods import Period, Step
from hotline.stats.queries import plan_at_ease

Cells = dict[tuple[str, str], dict[str, int]]

_OPEN, _OPEN_TODAY = "due_open", "due_open_today"


@dataclass(frozen=True, slots=True)
class Axes:
    """Rows by a dimension; columns by another, by a step of time, or none."""

    rows: str
    columns: str | None = None
    step: Step | None = None

    @property
    def dimensions(self) -> list[str]:
        return [self.rows] if self.columns is None else [self.rows, self.columns]


def can_count(measures: Collection[str], dimensions: Collection[str]) -> bool:
    """Whether each of the measures is counted from facts that have these dimensions."""
    return all(
        any(
            _named(measure) in cube.measures and all(one in expressions(cube) for one in dimensions)
            for cube in CUBES
        )
        for measure in measures
    )


async def sums_by(
    session: AsyncSession, scope_id: UUID, period: Period, measures: Collection[str], axes: Axes
) -> Cells:
    """By (member of rows, member of columns or beginning of the step), one scan for each day."""
    given = {
        "scope": scope_id, "first": period.first, "last": period.last,
        "today": clock.local(clock.now()).date(),
    }  # fmt: skip
    await plan_at_ease(session)
    cells: Cells = {}
    for cube, day, some in _by_day(measures):
        statement = _statement(cube, day, some, axes)
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        for row, column, *values in await session.execute(text(statement), used):
            if row is None or column is None:
                continue
            cell = cells.setdefault((row, column), {})
            cell.update({name: int(value) for name, value in zip(some, values, strict=True)})
    return cells


def _by_day(measures: Collection[str]) -> list[tuple[Cube, str, Mapping[str, Measure]]]:
    """Measures that count on the same day of the same facts are read together."""
    groups: dict[tuple[int, str], dict[str, Measure]] = defaultdict(dict)
    for name in sorted(measures):
        cube, measure = measure_of(_named(name))
        if name == _OPEN_TODAY:
            still_open = f"{measure.counts} AND {measure.day} >= :today"
            measure = Measure(measure.day, still_open, measure.value)
        groups[CUBES.index(cube), measure.day][name] = measure
    return [(CUBES[number], day, some) for (number, day), some in groups.items()]


def _statement(cube: Cube, day: str, measures: Mapping[str, Measure], axes: Axes) -> str:
    values = ", ".join(
        f"coalesce(sum({one.value}) FILTER (WHERE {one.counts}), 0)" for one in measures.values()
    )
    return (
        f"SELECT {member_of(cube, axes.rows)}, {_column(cube, day, axes)}, {values}"  # noqa: S608
        f" FROM {cube.table} f WHERE :scope = ANY(f.scopes)"
        f" AND {day} BETWEEN :first AND :last GROUP BY 1, 2"
    )


def _column(cube: Cube, day: str, axes: Axes) -> str:
    if axes.step is not None:
        return f"date_trunc('{axes.step.value}', {day})::date::text"
    return "''::text" if axes.columns is None else member_of(cube, axes.columns)


def _named(measure: str) -> str:
    return _OPEN if measure == _OPEN_TODAY else measure
