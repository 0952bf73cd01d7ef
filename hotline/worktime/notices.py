"""The yearly notice of the State Council's office, as shipped and as imported.

A file is `{"year", "days": [{"name", "date", "isOffDay"}]}` (the layout of holiday-cn). The year
is that of the notice: its days may lie in the last week of the year before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import chinese_calendar

from hotline.worktime.calendar import DayRule, WorkCalendar

_FIRST_YEAR, _LAST_YEAR = 1949, 2200


class NoticeInvalid(Exception):
    """Every fault of a notice, as (place, what is wrong)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(f"{place}: {fault}" for place, fault in faults))


@dataclass(frozen=True, slots=True)
class Notice:
    year: int
    rules: tuple[DayRule, ...]


def read_notice(document: Any) -> Notice:
    """Check and read one file; raises NoticeInvalid with all faults at once.

    A notice without days is refused: published files of a year that nobody has announced yet are
    empty, and taking them for the truth would silently count every holiday as worked.
    """
    year, days = _outline(document)
    faults: list[tuple[str, str]] = []
    rules: dict[date, DayRule] = {}
    for index, day in enumerate(days):
        try:
            rule = _read_day(year, day)
            if rule.on in rules:
                raise ValueError("the same date stands twice")
            rules[rule.on] = rule
        except ValueError as error:
            faults.append((f"days[{index}]", str(error)))
    if faults:
        raise NoticeInvalid(faults)
    return Notice(year, tuple(rules[on] for on in sorted(rules)))


@cache
def official_calendar() -> WorkCalendar:
    """The notices that come with the package `chinesecalendar`: 2004 to its last year."""
    holidays, workdays = chinese_calendar.holidays, chinese_calendar.workdays
    rules = [DayRule(on, is_off=True, name=str(name)) for on, name in holidays.items()]
    rules += [DayRule(on, is_off=False, name=str(name)) for on, name in workdays.items()]
    rules.sort(key=lambda rule: rule.on)
    calendar = WorkCalendar()
    for year, days in groupby(rules, key=lambda rule: rule.on.year):
        calendar = calendar.with_notice(year, days)
    return calendar


def _outline(document: Any) -> tuple[int, list[Any]]:
    if not isinstance(document, dict):
        raise NoticeInvalid([("", "must be an object with year and days")])
    year, days = document.get("year"), document.get("days")
    if isinstance(year, bool) or not isinstance(year, int):
        raise NoticeInvalid([("year", "must be a year")])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise NoticeInvalid([("year", "must be a year")])
    if not isinstance(days, list) or not days:
        raise NoticeInvalid([("days", "must list the days off and make-up days of the year")])
    return year, days


def _read_day(year: int, day: Any) -> DayRule:
    if not isinstance(day, dict):
        raise ValueError("must be an object")
    name, is_off = day.get("name", ""), day.get("isOffDay")
    if not isinstance(is_off, bool):
        raise ValueError("isOffDay must be true or false")
    if not isinstance(name, str):
        raise ValueError("name must be text")
    try:
        on = date.fromisoformat(str(day.get("date")))
    except ValueError:
        raise ValueError("date must be YYYY-MM-DD") from None
    if not date(year, 1, 1) - timedelta(days=31) <= on <= date(year, 12, 31):
        raise ValueError(f"date lies outside {year} and the December before")
    return DayRule(on, is_off, name)
