"""SQL of roll-ups, made from the tables of what is counted."""

import re
from functools import cache

from hotline.stats.measures import CUBES, Cube, Measure

_MONTHLY = "date_trunc('month', m.day)::date, d.member,"
_DAY = re.compile(r"\{day:([^}]+)\}")


def with_days(statement: str) -> str:
    """`{day:x}` is the day of the moment `x` on the wall clock of the city."""
    return _DAY.sub(r"(\1 AT TIME ZONE 'Asia/Shanghai')::date", statement)


@cache
def count_days(cube_number: int, sign: int) -> str:
    """Add (or take back) what the facts with `:ids` count, by day."""
    cube = CUBES[cube_number]
    return f"""
    INSERT INTO stat_day (scope_id, measure, dimension, day, member, value)
    {counted_days(cube, "f.{key} = ANY(:ids)", sign)}
    ON CONFLICT (scope_id, measure, dimension, day, member)
    DO UPDATE SET value = stat_day.value + EXCLUDED.value
    """.replace("{key}", cube.key)


@cache
def count_months(cube_number: int, sign: int) -> str:
    """The same by month."""
    cube = CUBES[cube_number]
    chosen = counted_days(cube, "f.{key} = ANY(:ids)", sign).replace("m.day, d.member,", _MONTHLY)
    return f"""
    INSERT INTO stat_month (scope_id, measure, dimension, month, member, value)
    {chosen}
    ON CONFLICT (scope_id, measure, dimension, month, member)
    DO UPDATE SET value = stat_month.value + EXCLUDED.value
    """.replace("{key}", cube.key)


@cache
def count_half_hours(cube_number: int, sign: int) -> str:
    cube = CUBES[cube_number]
    return f"""
    INSERT INTO stat_half_hour (scope_id, measure, slot, value)
    {counted_half_hours(cube, "f.{key} = ANY(:ids)", sign)}
    ON CONFLICT (scope_id, measure, slot)
    DO UPDATE SET value = stat_half_hour.value + EXCLUDED.value
    """.replace("{key}", cube.key)


def counted_days(cube: Cube, chosen: str, sign: int = 1) -> str:
    """Rows of `stat_day` as the chosen facts make them, from nothing.

    The city and its districts count; a unit is a member of theirs.
    """
    measures = ", ".join(_row(name, one.day, one) for name, one in cube.measures.items())
    dimensions = ", ".join(
        f"('{name}', {member}, {'TRUE' if name in cube.fine else 'FALSE'})"
        for name, member in cube.dimensions.items()
    )
    core = ", ".join(f"'{name}'" for name in sorted(cube.core)) or "NULL"
    return f"""
    SELECT scope.id, m.measure, d.dimension, m.day, d.member, {sign} * sum(m.value)
    FROM {cube.table} f
    CROSS JOIN LATERAL (VALUES {measures}) AS m (measure, day, value)
    CROSS JOIN LATERAL (VALUES {dimensions}) AS d (dimension, member, is_fine)
    JOIN organization scope ON scope.id = ANY(f.scopes) AND scope.tier <> 'unit'
    WHERE m.day IS NOT NULL AND m.value <> 0 AND d.member IS NOT NULL AND {chosen}
        AND (NOT d.is_fine OR m.measure IN ({core}))
    GROUP BY 1, 2, 3, 4, 5
    """  # noqa: S608 (made of our own constants)


def counted_half_hours(cube: Cube, chosen: str, sign: int = 1) -> str:
    """Half hours begin at :00 and :30 in every zone that the service knows."""
    measures = ", ".join(_row(name, cube.slot, cube.measures[name]) for name in
                         sorted(cube.by_half_hour))  # fmt: skip
    return f"""
    SELECT scope.id, m.measure, date_bin('30 minutes', m.slot, '2000-01-01T00:00:00Z'),
        {sign} * sum(m.value)
    FROM {cube.table} f
    CROSS JOIN LATERAL (VALUES {measures}) AS m (measure, slot, value)
    JOIN organization scope ON scope.id = ANY(f.scopes) AND scope.tier <> 'unit'
    WHERE m.value <> 0 AND {chosen}
    GROUP BY 1, 2, 3
    """  # noqa: S608 (made of our own constants)


def _row(name: str, when: str, measure: Measure) -> str:
    value = f"CASE WHEN {measure.counts} THEN ({measure.value})::bigint END"
    return f"('{name}', {when}, {value})"
