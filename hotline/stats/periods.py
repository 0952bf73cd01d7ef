"""Periods of whole days, the one before, and the same a year ago; pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST = 1_100


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


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


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _year_before(day: date, to_month_end: bool = False) -> date:
    if to_month_end:
        following = day + timedelta(days=1)
        return following.replace(year=following.year - 1) - timedelta(days=1)
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
