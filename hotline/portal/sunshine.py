"""Open figures of a city: so many of so many, by month, by district, by group of units. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.portal.suppression import hidden_parts, is_small


class Measure(StrEnum):
    """Each is a share: what counts of what is counted, by DOMAIN formulas of the trade."""

    ANSWERED = "answered"
    QUICK = "quick"
    ON_TIME = "on_time"
    SOLVED = "solved"
    SATISFIED = "satisfied"


class Dimension(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    GROUP = "group"


class Group(StrEnum):
    """Like is compared with like: three groups of units, never one list."""

    DISTRICT = "district_units"
    CITY = "city_units"
    UTILITY = "utilities"


WHOLE_CITY = ""
"""The part of what belongs to no district."""

# What residents said of a matter; how few said so is theirs alone.
_OF_PERSONS = frozenset({Measure.SOLVED, Measure.SATISFIED})
_NOT_BY_PLACE = frozenset({Measure.ANSWERED, Measure.QUICK})


@dataclass(frozen=True, slots=True)
class Tally:
    """One row of a count: `part` is a district or a group."""

    measure: Measure
    month: str
    dimension: Dimension
    part: str
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What is told; numbers are None where they are too small to be."""

    measure: Measure
    month: str
    dimension: Dimension
    part: str
    numerator: int | None
    denominator: int | None

    @property
    def is_hidden(self) -> bool:
        return self.denominator is None

    @property
    def percent(self) -> float | None:
        """To one decimal; None where there is nothing to divide or nothing to tell."""
        if not self.denominator or self.numerator is None:
            return None
        return round(100 * self.numerator / self.denominator, 1)


def figures(tallies: Iterable[Tally]) -> tuple[Figure, ...]:
    """In the order of the tallies: the whole of a month, and the parts that are large enough."""
    together: dict[tuple[Measure, str, Dimension], list[Tally]] = defaultdict(list)
    for tally in tallies:
        together[tally.measure, tally.month, tally.dimension].append(tally)
    return tuple(figure for group in together.values() for figure in _told(group))


def group_of(kind: str | None, level: str | None) -> Group:
    """By what a unit is; a unit that is not known counts with the districts'."""
    if kind == "utility":
        return Group.UTILITY
    return Group.CITY if level == "city" else Group.DISTRICT


def is_by_place(measure: Measure) -> bool:
    """The line is one for the whole city: it has no district."""
    return measure not in _NOT_BY_PLACE


def newest_month(found: Sequence[Figure]) -> str | None:
    return max((figure.month for figure in found), default=None)


def table(
    found: Iterable[Figure], measure: Measure, dimension: Dimension
) -> Mapping[str, Mapping[str, Figure]]:
    """Part → month → figure."""
    rows: dict[str, dict[str, Figure]] = defaultdict(dict)
    for figure in found:
        if (figure.measure, figure.dimension) == (measure, dimension):
            rows[figure.part][figure.month] = figure
    return rows


def _told(group: Sequence[Tally]) -> Iterable[Figure]:
    """Counts, successes and failures each hide their own small parts."""
    hidden = hidden_parts({tally.part: tally.denominator for tally in group})
    personal = group[0].measure in _OF_PERSONS
    if personal:
        good = hidden_parts({tally.part: tally.numerator for tally in group})
        bad = hidden_parts({tally.part: tally.denominator - tally.numerator for tally in group})
        hidden |= good | bad
    for tally in group:
        is_untold = tally.part in hidden or is_small(tally.denominator)
        yield Figure(
            tally.measure,
            tally.month,
            tally.dimension,
            tally.part,
            None if is_untold else tally.numerator,
            None if is_untold else tally.denominator,
        )
