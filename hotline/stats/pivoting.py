"""Tables by two dimensions: from roll-ups where they were prepared, from the facts where not."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.stats import free_pivot, queries
from hotline.stats.compute import Sums, weight_of
from hotline.stats.free_pivot import Axes, Cells
from hotline.stats.measures import DERIVED, PAIRS, is_rolled_up
from hotline.stats.names import groups_of, member_names
from hotline.stats.periods import Period, Step
from hotline.stats.reading import COMPARE, COMPARED, STEPS, Asked, terms_of, values_of
from hotline.stats.schemas import CellOut, MemberOut, PeriodOut, PivotOut
from hotline.stats.wording import Words

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 500, 120, 6_000
_DAYS = {Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 31}
_OPEN, _OPEN_TODAY = "due_open", "due_open_today"

Table = dict[tuple[str, str], Sums]


async def pivot(session: AsyncSession, scope_id: UUID, asked: Asked) -> PivotOut:
    """Rows and columns by the first indicator, the largest first; time goes on to the right."""
    _require_sense(asked)
    shown, earlier = _latest(asked)
    leading, behind = await _leading(session, scope_id, shown)
    table = await _table(session, scope_id, shown, leading)
    every_row, every_column = _totals(asked, table)
    columns = every_column[:MOST_COLUMNS]
    rows = every_row[: min(MOST_ROWS, MOST_CELLS // max(1, len(columns)))]
    kept, wide = set(rows), set(columns)
    city_id = await queries.city_of(session, scope_id)
    return PivotOut(
        period=PeriodOut.model_validate(asked.period),
        rows=await _members(session, city_id, asked.rows, rows, words=asked.words),
        columns=await _columns(session, city_id, asked, columns),
        cells=[
            CellOut(row, column, values_of(asked.kpis, sums))
            for (row, column), sums in table.items()
            if row in kept and column in wide
        ],
        rows_left_out=len(every_row) - len(rows) + behind,
        columns_left_out=len(every_column) - len(columns) + earlier,
    )


def _require_sense(asked: Asked) -> None:
    if asked.columns == asked.rows:
        raise InvalidInput(errors=[{"field": "columns", "message": "行和列不能相同"}])
    dimensions = [asked.rows] if _is_plain(asked.columns) else [asked.rows, str(asked.columns)]
    if not free_pivot.can_count(terms_of(asked.kpis), dimensions):
        raise InvalidInput(errors=[{"field": "kpi", "message": "这个指标不按这一维度统计"}])


def _latest(asked: Asked) -> tuple[Asked, int]:
    """With the newest steps only, where there are more than a table holds; how many are left."""
    step = Step(asked.columns) if asked.columns in STEPS else None
    days = MOST_COLUMNS * _DAYS[step] if step else asked.period.days
    if asked.period.days <= days:
        return asked, 0
    first = asked.period.last - timedelta(days=days - 1)
    left = -(-(asked.period.days - days) // _DAYS[step or Step.DAY])
    return replace(asked, period=Period(first, asked.period.last)), left


def _is_plain(columns: str | None) -> bool:
    """Whether the columns are no second dimension."""
    return columns is None or columns == COMPARE or columns in STEPS


async def _leading(
    session: AsyncSession, scope_id: UUID, asked: Asked
) -> tuple[Sequence[str] | None, int]:
    """The rows of a table over time that it has room for, and how many stay behind.

    Nothing where all of them may be read: of many members by many days most are never shown.
    """
    if asked.columns not in STEPS or asked.rows in DERIVED:
        return None, 0
    measures = terms_of(asked.kpis[:1])
    if not is_rolled_up(_stored(measures), asked.rows):
        return None, 0
    days = _DAYS[Step(asked.columns)]
    most = min(MOST_ROWS, MOST_CELLS // (asked.period.days // days + 1))
    plain = replace(asked, columns=None, kpis=asked.kpis[:1])
    rows, _ = _totals(plain, await _counted(session, scope_id, plain, asked.period, None))
    return (rows[:most], len(rows) - most) if len(rows) > most else (None, 0)


async def _table(
    session: AsyncSession, scope_id: UUID, asked: Asked, leading: Sequence[str] | None
) -> Table:
    if asked.columns != COMPARE:
        return await _counted(session, scope_id, asked, asked.period, leading)
    periods = (asked.period, asked.period.previous(), asked.period.last_year())
    table: Table = {}
    for name, period in zip(COMPARED, periods, strict=True):
        plain = replace(asked, period=period, columns=None)
        found = await _counted(session, scope_id, plain, period, None)
        table |= {(row, name): sums for (row, _), sums in found.items()}
    return table


async def _counted(
    session: AsyncSession,
    scope_id: UUID,
    asked: Asked,
    period: Period,
    leading: Sequence[str] | None,
) -> Table:
    measures = terms_of(asked.kpis)
    step = Step(asked.columns) if asked.columns in STEPS else None
    pair = None if _is_plain(asked.columns) else str(asked.columns)
    dimension = _prepared(asked.rows, pair)
    if dimension is None or not is_rolled_up(_stored(measures), dimension):
        axes = Axes(asked.rows, pair, step)
        free = await free_pivot.sums_by(session, scope_id, period, measures, axes)
        return dict(free)
    cells = await queries.sums_by(
        session, scope_id, period, measures, dimension=dimension, step=step, members=leading
    )
    return _summed(cells, asked, pair)


def _prepared(rows: str, pair: str | None) -> str | None:
    source = _source(rows)
    return source if pair is None else PAIRS.get((source, _source(pair)))


def _source(dimension: str) -> str:
    return DERIVED[dimension][0] if dimension in DERIVED else dimension


def _stored(measures: Collection[str]) -> set[str]:
    return {_OPEN if one == _OPEN_TODAY else one for one in measures}


def _summed(cells: Cells, asked: Asked, pair: str | None) -> Table:
    """Classes of subjects are the sums of what lies in them."""
    if asked.rows not in DERIVED and pair not in DERIVED:
        return {_split(member, began, asked, pair): sums for (member, began), sums in cells.items()}
    table: dict[tuple[str, str], Counter[str]] = {}
    for (member, began), sums in cells.items():
        row, column = _split(member, began, asked, pair)
        row = _class(row) if asked.rows in DERIVED else row
        column = _class(column) if pair in DERIVED else column
        table.setdefault((row, column), Counter()).update(sums)
    return {key: dict(sums) for key, sums in table.items()}


def _split(member: str, began: str, asked: Asked, pair: str | None) -> tuple[str, str]:
    if pair is None:
        return member, began if asked.columns else ""
    row, _, column = member.partition("|")
    return row, column


def _class(subject: str) -> str:
    return subject[:3] if subject[:1].isupper() else subject


def _totals(asked: Asked, table: Table) -> tuple[list[str], list[str]]:
    """Rows and columns, the largest first by what stands below the line of the first indicator.

    Time goes on from left to right.
    """
    first = asked.kpis[0]
    rows, columns = Counter[str](), Counter[str]()
    for (row, column), sums in table.items():
        weight = weight_of(first, sums)
        rows[row] += weight
        columns[column] += weight
    if asked.columns == COMPARE:
        return _largest(rows), list(COMPARED)
    return _largest(rows), sorted(columns) if _is_plain(asked.columns) else _largest(columns)


def _largest(weights: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(weights.items(), key=lambda one: (-one[1], one[0]))]


async def _members(
    session: AsyncSession,
    city_id: UUID,
    dimension: str,
    members: Collection[str],
    *,
    words: Words,
) -> list[MemberOut]:
    names = await member_names(session, city_id, dimension, members, words=words)
    groups = await groups_of(session, members, words=words) if dimension == "unit" else {}
    return [MemberOut(key=one, name=names[one], group=groups.get(one)) for one in members]


async def _columns(
    session: AsyncSession, city_id: UUID, asked: Asked, columns: list[str]
) -> list[MemberOut]:
    if asked.columns is None:
        return [MemberOut(key="", name=asked.words.t("total"))]
    if asked.columns == COMPARE:
        return [MemberOut(key=one, name=asked.words.t(one)) for one in columns]
    if asked.columns in STEPS:
        short = 7 if asked.columns == Step.MONTH else 10
        return [MemberOut(key=one, name=one[:short]) for one in columns]
    return await _members(session, city_id, asked.columns, columns, words=asked.words)
