"""Which days are worked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

_SATURDAY = 5
# What moves around a New Year is announced with the new year's notice. The earliest such day since
# 2004 is 29 December; the week is taken whole, for the years to come.
_TURN_OF_YEAR = (12, 26)


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day that is not what its weekday says: a day off, or a make-up day."""

    on: date
    is_off: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`years` are those whose notice is known; `rules` may reach into the year before."""

    years: frozenset[int] = frozenset()
    rules: Mapping[date, DayRule] = field(default_factory=lambda: MappingProxyType({}))

    def is_working(self, day: date) -> bool:
        rule = self.rules.get(day)
        return day.weekday() < _SATURDAY if rule is None else not rule.is_off

    def is_certain(self, day: date) -> bool:
        """Whether no notice that is still to come can change this day."""
        if day.year not in self.years:
            return False
        return (day.month, day.day) < _TURN_OF_YEAR or day.year + 1 in self.years

    def next_working(self, day: date) -> date:
        """The first working day after `day`."""
        day += timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def with_notice(self, year: int, rules: Iterable[DayRule]) -> "WorkCalendar":
        """This calendar with a year's notice in place of what was known of that year.

        Days of the year before that the notice names win over that year's own notice. What that
        notice said of its own December, and the days that the following notice gave to this
        year's end, stay.
        """
        fresh = {rule.on: rule for rule in rules}
        kept = {day: rule for day, rule in self.rules.items() if not self._is_told_by(year, day)}
        return WorkCalendar(self.years | {year}, MappingProxyType(kept | fresh))

    def with_overrides(self, rules: Iterable[DayRule]) -> "WorkCalendar":
        """A tier's own days on top (regional holidays); they make no year certain."""
        fresh = {rule.on: rule for rule in rules}
        return replace(self, rules=MappingProxyType(dict(self.rules) | fresh))

    def _is_told_by(self, year: int, day: date) -> bool:
        if day.year != year:
            return False
        return (day.month, day.day) < _TURN_OF_YEAR or year + 1 not in self.years
