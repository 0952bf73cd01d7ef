"""What is counted: for each measure the day it counts on, when, and how much; by which dimensions.

One table serves the roll-ups and the drill-down, so that a number and its rows agree. Expressions
are SQL over the fact `f`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

ALL = "all"
NONE = "none"  # the member of what has no district, no subject, nobody


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts `value` on `day` for every fact for which `counts` is true."""

    day: str
    counts: str = "TRUE"
    value: str = "1"


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of facts with what is counted from it. `slot` is the moment for half hours."""

    table: str
    key: str
    slot: str
    measures: Mapping[str, Measure]
    dimensions: Mapping[str, str]
    by_half_hour: frozenset[str] = frozenset()
    fine: frozenset[str] = frozenset()
    core: frozenset[str] = frozenset()

    def counts(self, measure: str, dimension: str) -> bool:
        """By `fine` dimensions only `core` measures are counted: the rest would fill the disk."""
        if measure not in self.measures or dimension not in self.dimensions:
            return False
        return dimension not in self.fine or measure in self.core


_T = TypeVar("_T")


def _frozen(**items: _T) -> Mapping[str, _T]:
    return MappingProxyType(items)


_HANDLED = "f.is_handled"
_CLOSED = "f.is_valid AND f.is_handled AND f.is_settled"

TICKETS = Cube(
    table="stat_ticket",
    key="ticket_id",
    slot="f.opened_at",
    measures=_frozen(
        received=Measure("f.opened_on"),
        valid=Measure("f.opened_on", "f.is_valid"),
        direct=Measure("f.opened_on", "f.is_valid AND f.is_direct"),
        direct_final=Measure("f.opened_on", "f.is_valid AND f.is_direct AND f.is_final"),
        merged=Measure("f.opened_on", "f.is_merged"),
        dispatched=Measure("f.dispatched_on"),
        dispatch_due=Measure("f.dispatch_limit_on"),
        dispatch_in_time=Measure("f.dispatch_limit_on", "f.is_dispatched_in_time"),
        signed_in_time=Measure("f.dispatched_on", "f.is_signed_in_time"),
        returned=Measure("f.dispatched_on", "f.is_returned"),
        return_granted=Measure("f.dispatched_on", "f.is_return_granted"),
        due=Measure("f.due_on", _HANDLED),
        due_met=Measure("f.due_on", f"{_HANDLED} AND f.is_in_time"),
        due_open=Measure("f.due_on", f"{_HANDLED} AND NOT f.is_settled"),
        closed=Measure("f.closed_on", _CLOSED),
        closed_early=Measure("f.closed_on", f"{_CLOSED} AND f.is_early"),
        closed_extended=Measure("f.closed_on", f"{_CLOSED} AND f.is_extended"),
        closed_late=Measure("f.closed_on", f"{_CLOSED} AND NOT f.is_in_time"),
        closed_redone=Measure("f.closed_on", f"{_CLOSED} AND f.is_redone"),
        handled_seconds=Measure("f.closed_on", _CLOSED, "f.handled_seconds"),
        assessed=Measure("f.assessed_on"),
        responded=Measure("f.assessed_on", "f.is_responded"),
        visit_due=Measure("f.visit_on"),
        visited=Measure("f.visit_on", "f.is_visited"),
        visit_reached=Measure("f.visit_on", "f.is_reached"),
        visit_rated=Measure("f.visit_on", "f.level IS NOT NULL"),
        told=Measure("f.told_on", "f.is_resolved IS NOT NULL"),
        resolved=Measure("f.told_on", "f.is_resolved"),
        rated=Measure("f.told_on", "f.level IS NOT NULL"),
        satisfied=Measure("f.told_on", "f.level >= 3"),
        bad=Measure("f.told_on", "f.level <= 2"),
        level_sum=Measure("f.told_on", "f.level IS NOT NULL", "f.level"),
        rated_unasked=Measure("f.told_on", "f.level IS NOT NULL AND f.is_unasked"),
        bad_first=Measure("f.bad_on"),
        bad_rectified=Measure("f.bad_on", "f.is_rectified"),
    ),
    dimensions=_frozen(
        all="''",
        district=f"coalesce(f.district_id::text, '{NONE}')",
        unit="f.unit_id::text",
        subject=f"coalesce(f.subject_code, '{NONE}')",
        kind="f.kind",
        channel="f.channel",
        agent=f"coalesce(f.agent_id::text, '{NONE}')",
        vendor="f.vendor_id::text",
        entry="f.entry_key",
        district_kind=f"coalesce(f.district_id::text, '{NONE}') || '|' || f.kind",
        district_subject=(
            f"coalesce(f.district_id::text, '{NONE}') || '|' || coalesce(f.subject_code, '{NONE}')"
        ),
        unit_kind="f.unit_id::text || '|' || f.kind",
        vendor_kind="f.vendor_id::text || '|' || f.kind",
    ),
    by_half_hour=frozenset({"received"}),
    fine=frozenset(
        {"agent", "vendor", "entry", "district_kind", "district_subject", "unit_kind",
         "vendor_kind"}
    ),
    core=frozenset(
        {"received", "valid", "direct", "dispatched", "closed", "due", "due_met", "due_open",
         "rated", "satisfied"}
    ),
)  # fmt: skip

CALLS = Cube(
    table="stat_call",
    key="call_id",
    slot="f.started_at",
    measures=_frozen(
        inbound=Measure("f.started_on"),
        connected=Measure("f.started_on", "f.is_answered OR NOT f.is_queued"),
        machine=Measure("f.started_on", "f.is_ended AND NOT f.is_queued AND NOT f.is_answered"),
        queued=Measure("f.started_on", "f.is_queued"),
        answered=Measure("f.started_on", "f.is_answered"),
        answered_15=Measure("f.started_on", "f.is_answered AND f.wait_ms <= 15000"),
        answered_in_target=Measure("f.started_on", "f.is_answered AND f.wait_ms <= f.target_ms"),
        abandoned=Measure("f.started_on", "f.is_abandoned AND f.wait_ms > 5000"),
        abandoned_short=Measure("f.started_on", "f.is_abandoned AND f.wait_ms <= 5000"),
        wait_ms=Measure("f.started_on", "f.is_answered", "f.wait_ms"),
        talk_ms=Measure("f.started_on", "f.is_answered", "f.talk_ms"),
        emergencies=Measure("f.started_on", "f.is_emergency"),
        asked=Measure("f.started_on", "TRUE", "f.asked_count"),
        hit=Measure("f.started_on", "TRUE", "f.hit_count"),
        talk_rated=Measure("f.started_on", "f.level IS NOT NULL"),
        talk_satisfied=Measure("f.started_on", "f.level >= 3"),
        talk_level_sum=Measure("f.started_on", "f.level IS NOT NULL", "f.level"),
    ),
    dimensions=_frozen(
        all="''",
        district=f"coalesce(f.district_id::text, '{NONE}')",
        agent="f.agent_id::text",
        entry="f.entry_key",
    ),
    by_half_hour=frozenset(
        {"inbound", "queued", "answered", "answered_15", "answered_in_target", "abandoned",
         "machine", "wait_ms", "talk_ms"}
    ),
)  # fmt: skip

# A stretch of presence may reach over midnight: `day_ms` is what of it lies on `day`.
PRESENCE = Cube(
    table="""(
    SELECT p.*, (from_at AT TIME ZONE 'Asia/Shanghai')::date + n AS day,
        (1000 * extract(epoch FROM
            least(until_at AT TIME ZONE 'Asia/Shanghai',
                  (from_at AT TIME ZONE 'Asia/Shanghai')::date + n + interval '1 day')
          - greatest(from_at AT TIME ZONE 'Asia/Shanghai',
                  (from_at AT TIME ZONE 'Asia/Shanghai')::date + n + interval '0 days')))::bigint
            AS day_ms
    FROM stat_presence p, generate_series(0, least(31,
        (until_at AT TIME ZONE 'Asia/Shanghai')::date
        - (from_at AT TIME ZONE 'Asia/Shanghai')::date)) AS n
    WHERE until_at IS NOT NULL)""",
    key="change_id",
    slot="f.from_at",
    measures=MappingProxyType(
        {
            f"{state}_ms": Measure("f.day", f"f.state = '{state}'", "f.day_ms")
            for state in ("ready", "talking", "wrap_up", "break")
        }
    ),
    dimensions=_frozen(all="''", agent="f.account_id::text"),
)

CUBES = (TICKETS, CALLS, PRESENCE)
DIMENSIONS = (
    "all", "district", "unit", "subject", "kind", "channel", "agent", "vendor", "entry",
)  # fmt: skip
# Two dimensions that are rolled up together.
PAIRS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("district", "kind"): "district_kind",
        ("district", "subject"): "district_subject",
        ("unit", "kind"): "unit_kind",
        ("vendor", "kind"): "vendor_kind",
    }
)
# Coarser than the dimension it is made of: its name, the source, the SQL over the source.
DERIVED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"subject_class": ("subject", "CASE WHEN {0} ~ '^[A-Z]' THEN left({0}, 3) ELSE {0} END")}
)


def dimensions_of(measures: Collection[str]) -> list[str]:
    """By what all of these can be counted; what no cube counts is counted by nothing."""
    return [
        dimension
        for dimension in DIMENSIONS
        if all(
            any(one in cube.measures and dimension in cube.dimensions for cube in CUBES)
            for one in measures
        )
    ]


def is_rolled_up(measures: Collection[str], dimension: str) -> bool:
    return all(any(cube.counts(one, dimension) for cube in CUBES) for one in measures)


def measure_of(name: str) -> tuple[Cube, Measure]:
    """Raises KeyError for a name that nothing is counted by."""
    for cube in CUBES:
        if name in cube.measures:
            return cube, cube.measures[name]
    raise KeyError(name)


def expressions(cube: Cube) -> Mapping[str, str]:
    """The SQL of every dimension of the facts, what is derived from them included."""
    derived = {
        name: made.format(cube.dimensions[source])
        for name, (source, made) in DERIVED.items()
        if source in cube.dimensions
    }
    return {**cube.dimensions, **derived}


def member_of(cube: Cube, dimension: str) -> str:
    """Raises KeyError where the facts have no such dimension."""
    return expressions(cube)[dimension]
