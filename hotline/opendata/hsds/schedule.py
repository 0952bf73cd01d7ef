"""Opening hours (`opening_hours` of OpenStreetMap) as weekly events of iCalendar. Pure."""

import re
from dataclasses import dataclass

_RULE = re.compile(r"(?P<days>[A-Z][a-z](?:[-,][A-Z][a-z])*) (?P<times>[\d:,-]+)")
_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
ALWAYS = "24/7"


@dataclass(frozen=True, slots=True)
class Weekly:
    """`byday` as `MO,TU`; times as `HH:MM:SS` on the wall clock of the city."""

    byday: str
    opens_at: str
    closes_at: str


def weekly(hours: str) -> tuple[Weekly, ...]:
    """Nothing where the hours say more than days and times."""
    if hours.strip() == ALWAYS:
        return (Weekly(_listed(_WEEK), "00:00:00", "23:59:59"),)
    rules = [_RULE.fullmatch(rule.strip()) for rule in hours.split(";")]
    if not all(rules):
        return ()
    return tuple(
        Weekly(_listed(_days(rule["days"])), *_ends(span))
        for rule in rules
        if rule is not None
        for span in rule["times"].split(",")
    )


def _days(written: str) -> tuple[str, ...]:
    days: list[str] = []
    for part in written.split(","):
        first, _, last = part.partition("-")
        start, end = _WEEK.index(first), _WEEK.index(last or first)
        days += _WEEK[start : end + 1] if start <= end else (*_WEEK[start:], *_WEEK[: end + 1])
    return tuple(days)


def _listed(days: tuple[str, ...]) -> str:
    return ",".join(day.upper() for day in days)


def _ends(span: str) -> tuple[str, str]:
    opens, _, closes = span.partition("-")
    return _time(opens), _time(closes)


def _time(written: str) -> str:
    """Midnight as an end is the last second of the day: 24:00 is no time."""
    return "23:59:59" if written.startswith("24") else f"{written:0>5}:00"
