"""Opening hours as people read them, and whether a door is open now. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from opening_hours import OpeningHours

from hotline import clock
from hotline.organizations.hours import is_open
from hotline.portal.texts import Texts
from hotline.worktime import official_calendar

ALWAYS = "24/7"
_RULE = re.compile(r"(?P<days>[A-Z][a-z](?:[-,][A-Z][a-z])*) (?P<times>[\d:,-]+)")
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Door:
    """`changes_at` is when it opens or closes next, within a week; null when not known."""

    is_open: bool
    changes_at: datetime | None
    is_holiday: bool = False


def door(hours: str, moment: datetime) -> Door:
    """On the wall clock of the city; offices that rest on Sunday rest on public holidays too."""
    here = clock.local(moment)
    if _rests_on_holidays(hours) and _is_holiday(here):
        return Door(False, None, is_holiday=True)
    changes = OpeningHours(hours).next_change(here.replace(tzinfo=None))
    soon = changes is not None and changes - here.replace(tzinfo=None) < timedelta(days=7)
    return Door(is_open(hours, moment), changes if soon else None)


def hours_text(hours: str, texts: Texts) -> str:
    """`Mo-Fr 08:30-12:00` as 周一至周五 8:30–12:00; what is written otherwise stays as it is."""
    if hours.strip() == ALWAYS:
        return texts.t("hours.always")
    rules = [rule.strip() for rule in hours.split(";")]
    read = [_RULE.fullmatch(rule) for rule in rules]
    if not all(read):
        return hours
    return texts.t("hours.between_rules").join(_rule_text(rule, texts) for rule in read if rule)


def door_text(state: Door, moment: datetime, texts: Texts) -> str:
    if state.is_holiday:
        return texts.t("hours.holiday")
    if state.changes_at is None:
        return texts.t("hours.open" if state.is_open else "hours.closed")
    when = _when(state.changes_at, clock.local(moment), texts)
    return texts.t("hours.open_until" if state.is_open else "hours.closed_until", when=when)


def _rule_text(rule: re.Match[str], texts: Texts) -> str:
    if rule["days"] == "Mo-Su":
        days = texts.t("hours.every_day")
    else:
        days = re.sub(r"[A-Z][a-z]", lambda day: texts.t(f"day.{day.group()}"), rule["days"])
        days = days.replace("-", texts.t("hours.to")).replace(",", texts.t("hours.and"))
    times = [span.replace("-", "–") for span in rule["times"].split(",")]
    return f"{days} {texts.t('hours.and').join(map(_short, times))}"


def _short(span: str) -> str:
    return re.sub(r"\b0(\d:)", r"\1", span)


def _when(at: datetime, here: datetime, texts: Texts) -> str:
    days = (at.date() - here.date()).days
    time = f"{at.hour}:{at.minute:02d}"
    if days == 0:
        return time
    if days == 1:
        return texts.t("hours.tomorrow", time=time)
    return texts.t("hours.on_day", day=texts.t(f"day.{_WEEKDAYS[at.weekday()]}"), time=time)


def _rests_on_holidays(hours: str) -> bool:
    return hours.strip() != ALWAYS and "Su" not in hours


def _is_holiday(here: datetime) -> bool:
    return here.weekday() < 5 and not official_calendar().is_working(here.date())
