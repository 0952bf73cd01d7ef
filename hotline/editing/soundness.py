"""What can be seen to be wrong with an entry without asking anybody. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hotline.organizations.hours import is_open, is_valid, opens_next

LONGEST_CLOSED = timedelta(days=14)
_LINK = re.compile(r"https://[^\s，。；、）)\"'<>]+", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(rf"\b(\d{{4}}) ({'|'.join(_MONTHS)}) (\d\d)\b")


def links_in(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Every address in the texts of an entry that can be asked for safely, once each."""
    found = (link.rstrip(".,;:!?") for text in _texts(content) for link in _LINK.findall(text))
    return tuple(dict.fromkeys(found))


def doubt_about_hours(hours: str, moment: datetime, on: date) -> str | None:
    """Why the hours cannot be right; None where nothing speaks against them."""
    if not is_valid(hours):
        return f"办公时间读不懂：{hours}"
    if _is_closed_for_long(hours, moment):
        return f"两周之内没有开门的时候：{hours}"
    days = [_day(match) for match in _DAY.finditer(hours)]
    if days and max(days) < on:
        return f"写明的日期都已过去：{hours}"
    return None


def _is_closed_for_long(hours: str, moment: datetime) -> bool:
    if is_open(hours, moment):
        return False
    opening = opens_next(hours, moment)
    return opening is None or opening - moment > LONGEST_CLOSED


def _day(match: re.Match[str]) -> date:
    year, month, day = match.groups()
    last = min(int(day), 28) if month == "Feb" else min(int(day), 30)
    return date(int(year), _MONTHS.index(month) + 1, last)


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for value in content.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, str))
