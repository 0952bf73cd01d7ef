"""Periods of whole days, the one before, and the same a year ago; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 1_100
_DAY = timedelta(days=1)


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Spans:
    """A period as whole months, days more, and days of those months less."""

    months: "Period | None"
    more: "tuple[Period, ...]" = ()
    less: "tuple[Period, ...]" = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on or after its first day")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + timedelta(days=1)).day == 1

    def spans(self, today: date, *, to_the_day: bool = False) -> Spans:
        """The fewest days beside whole months: of a month that is nearly whole, what is missing.

        `to_the_day` for what must be known of each day since the last month that is over.
        """
        whole = self.whole_months(today)
        if whole is None:
            return Spans(None, (self,))
        first, last = whole.first, whole.last
        more, less = [], []
        if self.first < first:
            month, rest = _month_before(first), self.first.day - 1
            if rest < (first - self.first).days:
                less += _days(month, self.first - _DAY)
                first = month
            else:
                more += _days(self.first, first - _DAY)
        if last < self.last:
            end = _month_after(self.last) - _DAY
            if not to_the_day and (end - self.last).days < (self.last - last).days:
                less += _days(self.last + _DAY, end)
                last = end
            else:
                more += _days(last + _DAY, self.last)
        return Spans(Period(first, last), tuple(more), tuple(less))

    def whole_months(self, today: date) -> "Period | None":
        """Its months that lie whole in it and are over; None where there is none."""
        first = self.first if self.first.day == 1 else _month_after(self.first)
        end = min(self.last + timedelta(days=1), today).replace(day=1)
        return Period(first, end - timedelta(days=1)) if first < end else None

    def previous(self) -> "Period":
        """As many days, or as many whole months, right before."""
        end = self.first - timedelta(days=1)
        if not self.is_whole_months:
            return Period(end - timedelta(days=self.days - 1), end)
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return Period(_months_before(self.first, months), end)

    def last_year(self) -> "Period":
        return Period(_year_before(self.first), _year_before(self.last, self.is_whole_months))


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - _DAY).replace(day=1)


def _days(first: date, last: date) -> list[Period]:
    return [Period(first, last)] if first <= last else []


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _year_before(day: date, to_month_end: bool = False) -> date:
    if to_month_end:
        following = day + timedelta(days=1)
        return following.replace(year=following.year - 1) - timedelta(days=1)
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
