"""Deadlines: n-th working day, working hours, and hours of the wall clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from hotline.clock import local
from hotline.worktime.calendar import WorkCalendar
from hotline.worktime.office import OfficeHours

_ONE_DAY = timedelta(days=1)


class LimitUnit(StrEnum):
    """Working days end at office end; working hours pass in office hours; hours always pass."""

    WORKING_DAYS = "working_days"
    WORKING_HOURS = "working_hours"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. Working days are whole; hours may be fractions."""

    amount: float
    unit: LimitUnit

    def __post_init__(self) -> None:
        if self.amount <= 0 or (self.unit is LimitUnit.WORKING_DAYS and self.amount % 1):
            raise ValueError("a limit is positive, and working days are whole")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A moment (UTC), and whether official calendars covered every day that was counted."""

    at: datetime
    is_certain: bool


def deadline(
    limit: Limit, start: datetime, *, calendar: WorkCalendar, office: OfficeHours
) -> Reckoned:
    """When `limit` that begins at `start` is over."""
    match limit.unit:
        case LimitUnit.HOURS:
            at = start + timedelta(hours=limit.amount)
            return Reckoned(at.astimezone(UTC), is_certain=True)
        case LimitUnit.WORKING_HOURS:
            span = timedelta(hours=limit.amount)
            return _after_open_time(start, span, calendar=calendar, office=office)
        case LimitUnit.WORKING_DAYS:
            count = int(limit.amount)
            return end_of_working_day(start, count, calendar=calendar, office=office)


def end_of_working_day(
    start: datetime, count: int, *, calendar: WorkCalendar, office: OfficeHours
) -> Reckoned:
    """Office end of the `count`-th working day after the day of `start` (收到次日起算)."""
    first = day = local(start).date()
    for _ in range(count):
        day = calendar.next_working(day)
    is_certain = _all_certain(calendar, first + _ONE_DAY, day)
    return Reckoned(office.closing(day).astimezone(UTC), is_certain)


def shifted(
    due: datetime, pause: timedelta, *, calendar: WorkCalendar, office: OfficeHours
) -> Reckoned:
    """`due` moved later by `pause` of office time; nothing moves for an empty pause."""
    if pause <= timedelta():
        return Reckoned(due.astimezone(UTC), calendar.is_certain(local(due).date()))
    return _after_open_time(due, pause, calendar=calendar, office=office)


def worked_between(
    start: datetime, end: datetime, *, calendar: WorkCalendar, office: OfficeHours
) -> timedelta:
    """Office time that passed from `start` to `end`; nothing when `end` is not later."""
    total = timedelta()
    day, last = local(start).date(), local(end).date()
    while day <= last:
        if calendar.is_working(day):
            for opens, closes in office.on(day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
        day += _ONE_DAY
    return total


def working_days_between(start: date, end: date, calendar: WorkCalendar) -> int:
    """Working days after `start` up to and with `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = ((start + _ONE_DAY * n) for n in range(1, (end - start).days + 1))
    return sum(calendar.is_working(day) for day in days)


def _after_open_time(
    start: datetime, span: timedelta, *, calendar: WorkCalendar, office: OfficeHours
) -> Reckoned:
    first = day = local(start).date()
    while True:
        for opens, closes in office.on(day) if calendar.is_working(day) else ():
            begins = max(opens, start)
            if closes - begins >= span:
                at = (begins + span).astimezone(UTC)
                return Reckoned(at, _all_certain(calendar, first, day))
            span -= max(timedelta(), closes - begins)
        day += _ONE_DAY


def _all_certain(calendar: WorkCalendar, first: date, last: date) -> bool:
    # Certainty is lost by whole stretches of days, so the ends and the year's turns between them
    # are enough; walking keeps it plain and spans are short.
    return all(calendar.is_certain(first + _ONE_DAY * n) for n in range((last - first).days + 1))
