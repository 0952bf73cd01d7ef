"""Very many tickets as facts, with their roll-ups, written by the database itself.

What the statistics read is whole (facts, roll-ups, and the ticket that a drill-down shows); words,
callers and history are left out, since nothing of the statistics reads them. The roll-ups are
sums by measure and dimension; `agrees` counts a sample of days anew, the service's own way.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

import asyncpg

from hotline import clock
from hotline.stats.cubes import counted_days, with_days
from hotline.stats.measures import ALL, TICKETS

_PATIENCE = 3_600.0
_OPENED = ("received", "valid", "direct", "dispatched")

_TICKETS = """
INSERT INTO ticket (id, created_at, updated_at, number, version, status, kind, urgency, title,
    description, description_sealed, subject_code, subject, entry_key, city_id, district_id,
    custody_id, need, confidential, anonymous, due_at, resident_due_at, due_is_certain,
    dispatched_at, closed_at, extension_count, redo_count, supervision_level, urge_count, grams)
SELECT f.ticket_id, f.opened_at, f.opened_at, 'B' || (row_number() OVER () + $1), 1, 'archived',
    f.kind, 'normal', '室内温度不达标', '室内温度不达标', ''::bytea, f.subject_code,
    f.subject_code, f.entry_key, $2, f.district_id, f.custody_id, '', FALSE, FALSE,
    f.opened_at + interval '7 days', f.opened_at + interval '7 days', TRUE, f.opened_at,
    f.opened_at + interval '2 days', 0, 0, 0, 0, ARRAY[]::text[]
FROM stat_ticket f WHERE f.opened_at >= $3 AND f.opened_at < $4
"""

_FACTS = """
INSERT INTO stat_ticket (
    ticket_id, scopes, district_id, custody_id, unit_id, agent_id, vendor_id, kind, channel,
    subject_code, entry_key, opened_at, opened_on, dispatched_on, dispatch_limit_on, due_on,
    closed_on, assessed_on, visit_on, told_on, bad_on, is_valid, is_merged, is_direct, is_final,
    is_dispatched_in_time, is_signed_in_time, is_returned, is_return_granted, is_handled,
    is_settled, is_in_time, is_early, is_extended, is_redone, is_responded, is_visited,
    is_reached, is_resolved, is_unasked, is_rectified, level, handled_seconds)
SELECT CAST(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || substr(md5(n::text || $1), 1, 3) || 'a' || substr(md5($1 || n::text), 1, 15) AS uuid),
    ARRAY[$2, d.id, u.id], d.id, u.id, CASE WHEN sent THEN u.id END, a.id,
    CASE WHEN chance < 0.06 THEN v.id END,
    (ARRAY['consult','consult','help','complaint','report','suggestion','other'])[1 + n % 7],
    (ARRAY['phone','phone','phone','phone','portal','open311'])[1 + n % 6], s.code, e.key,
    at, at::date, CASE WHEN sent THEN at::date END, CASE WHEN sent THEN at::date END,
    CASE WHEN sent THEN at::date + 7 END, CASE WHEN sent THEN at::date + 2 END,
    CASE WHEN sent THEN at::date + 2 END, CASE WHEN sent THEN at::date + 3 END,
    CASE WHEN sent THEN at::date + 3 END, NULL, chance > 0.02, FALSE, NOT sent, NOT sent,
    sent, sent AND chance > 0.03, FALSE, FALSE, sent, sent, sent AND chance > 0.02,
    chance > 0.4, FALSE, FALSE, sent, sent, sent AND chance > 0.1,
    CASE WHEN sent THEN chance > 0.05 END, FALSE, FALSE, CASE WHEN sent THEN 3 + n % 3 END,
    CASE WHEN sent THEN 172800 END
FROM (
    SELECT n, $3::timestamptz + n * $4::interval AS at, random() AS chance, n % 10 < 3 AS sent
    FROM generate_series(0, $5::int - 1) n
) one
JOIN LATERAL (SELECT ($6::uuid[])[1 + (random() * 100 + n)::int % 3] AS id) d ON TRUE
JOIN LATERAL (SELECT ($7::uuid[])[1 + (random() * 1000 + n)::int % cardinality($7::uuid[])] AS id)
    u ON TRUE
JOIN LATERAL (SELECT ($8::uuid[])[1 + n % cardinality($8::uuid[])] AS id) a ON TRUE
JOIN LATERAL (SELECT ($9::uuid[])[1 + n % cardinality($9::uuid[])] AS id) v ON TRUE
JOIN LATERAL (
    SELECT ($10::text[])[1 + (random() * 999 + n)::int % cardinality($10::text[])] AS code
) s ON TRUE
JOIN LATERAL (
    SELECT ($11::text[])[1 + (random() * 999 + n)::int % cardinality($11::text[])] AS key
) e ON TRUE
"""

# One look at the facts for all dimensions: of each set of groups one member is not null.
_ROLLED = """
INSERT INTO stat_day (scope_id, measure, dimension, day, member, value)
SELECT scope_id, '{measure}', CASE set_number {names} END, day, coalesce({members}), value
FROM (
    SELECT scope.id AS scope_id, f.day, GROUPING({members}) AS set_number, {members},
        sum(f.value) AS value
    FROM (
        SELECT f.scopes, {day} AS day, ({value})::bigint AS value, {expressions}
        FROM stat_ticket f WHERE {counts} AND {day} IS NOT NULL
    ) f
    JOIN organization scope ON scope.id = ANY(f.scopes) AND scope.tier <> 'unit'
    GROUP BY GROUPING SETS ({sets})
) counted
WHERE coalesce({members}) IS NOT NULL AND value <> 0
"""

_MONTHS = """
INSERT INTO stat_month (scope_id, measure, dimension, month, member, value)
SELECT scope_id, measure, dimension, date_trunc('month', day)::date, member, sum(value)
FROM stat_day GROUP BY 1, 2, 3, 4, 5
"""


async def write_facts(connection: asyncpg.Connection, count: int, days: int, today: date) -> None:
    """Into an installed city without tickets of its own; evenly over the days up to today."""
    city_id = await connection.fetchval("SELECT id FROM organization WHERE tier = 'city'")
    members = [
        await connection.fetchval(f"SELECT array_agg({column}) FROM {source}")  # noqa: S608
        for column, source in (
            ("id", "organization WHERE tier = 'district'"),
            ("id", "organization WHERE tier = 'unit'"),
            ("account_id", "role_binding WHERE role = 'agent'"),
            ("id", "vendor"), ("code", "subject WHERE level = 3"), ("key", "directory_entry"),
        )
    ]  # fmt: skip
    first = today - timedelta(days=days)
    step = timedelta(days=days) / count
    await connection.execute(
        _FACTS, "b", city_id, _moment(first), step, count, *members, timeout=_PATIENCE
    )
    await connection.execute("ANALYZE stat_ticket", timeout=_PATIENCE)


async def write_tickets(connection: asyncpg.Connection, first: date, last: date) -> None:
    """The tickets themselves, of the days that drill-downs open."""
    city_id = await connection.fetchval("SELECT id FROM organization WHERE tier = 'city'")
    await connection.execute(_TICKETS, 0, city_id, _moment(first), _moment(last), timeout=_PATIENCE)
    await connection.execute("ANALYZE ticket", timeout=_PATIENCE)


async def write_roll_ups(
    connection: asyncpg.Connection, measures: Collection[str] | None = None
) -> None:
    """One measure after the other; by all dimensions these only, where some are given."""
    await connection.execute("SET work_mem = '1GB'")
    for measure in TICKETS.measures:
        is_wanted = measures is None or measure in measures
        dimensions = [
            name for name in TICKETS.dimensions
            if TICKETS.counts(measure, name) and (is_wanted or name == ALL)
        ]  # fmt: skip
        await connection.execute(with_days(_rolled(measure, dimensions)), timeout=_PATIENCE)
    await connection.execute(_MONTHS, timeout=_PATIENCE)
    await connection.execute("VACUUM ANALYZE stat_day, stat_month", timeout=_PATIENCE)


def _rolled(measure: str, dimensions: Sequence[str]) -> str:
    one = TICKETS.measures[measure]
    every = (1 << len(dimensions)) - 1  # a bit for each that is not of the set, the first highest
    bits = [1 << (len(dimensions) - 1 - at) for at in range(len(dimensions))]
    return _ROLLED.format(
        measure=measure, day=one.day, value=one.value, counts=one.counts,
        members=", ".join(f"m{at}" for at in range(len(dimensions))),
        expressions=", ".join(
            f"{TICKETS.dimensions[name]} AS m{at}" for at, name in enumerate(dimensions)
        ),
        names=" ".join(
            f"WHEN {every - bit} THEN '{name}'" for bit, name in zip(bits, dimensions, strict=True)
        ),
        sets=", ".join(f"(scope.id, f.day, m{at})" for at in range(len(dimensions))),
    )  # fmt: skip


async def agrees(
    connection: asyncpg.Connection,
    first: date,
    last: date,
    measures: Collection[str] | None = None,
) -> int:
    """How many cells of those days a recount finds the same; raises where one differs.

    Of what counts on the day when a ticket was opened, as far as it was written.
    """
    kept = [one for one in _OPENED if measures is None or one in measures]
    chosen = f"f.opened_on BETWEEN '{first}' AND '{last}'"
    recounted = with_days(counted_days(TICKETS, chosen))
    rows = await connection.fetch(
        f"SELECT r.*, d.value AS kept FROM ({recounted})"  # noqa: S608
        " AS r (scope_id, measure, dimension, day, member, value) LEFT JOIN stat_day d"
        " USING (scope_id, measure, dimension, day, member)"
        " WHERE r.measure = ANY($1)",
        kept,
        timeout=_PATIENCE,
    )
    wrong = [row for row in rows if row["value"] != row["kept"]]
    if wrong or not rows:
        raise RuntimeError(f"the roll-ups differ from a recount in {len(wrong)} cells")
    return len(rows)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.LOCAL)
