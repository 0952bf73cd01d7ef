"""Calls of a day by half hours, from the days before: its kind of day, its level, its shape; pure.

The level is the mean of the last days of the same weekday, newer ones counting more; the shape is
shared by all days that are worked, or not worked. Holidays learn from holidays; while there are
none, an ordinary day times `HOLIDAY_SHARE` (Xiangtan, Spring Festival 2022: 420 against 640).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SLOTS = 48
HOLIDAY_SHARE = 0.66
_DECAY = 0.8
_WEEKS = 8
_SHAPE_DAYS = 28
_FEWEST_DAYS = 7

Day = Sequence[int]
History = Mapping[date, Day]


@dataclass(frozen=True, slots=True)
class DayKind:
    """`weekday` 0 is Monday; a make-up day counts as Friday, since offices are open."""

    weekday: int
    is_holiday: bool

    @property
    def is_off(self) -> bool:
        return self.is_holiday or self.weekday >= 5


@dataclass(frozen=True, slots=True)
class BackTest:
    """Errors of forecasts made with nothing but the days before, in shares of all calls."""

    days: int
    daily_error: float
    half_hour_error: float
    bias: float


def kind_of(day: date, is_working: Callable[[date], bool]) -> DayKind:
    works = is_working(day)
    if day.weekday() < 5:
        return DayKind(day.weekday(), not works)
    return DayKind(4 if works else day.weekday(), False)


def forecast(history: History, day: date, is_working: Callable[[date], bool]) -> list[float] | None:
    """48 half hours of `day`, from midnight; None when there is less than a week to learn from."""
    known = {on: calls for on, calls in history.items() if on < day}
    if len(known) < _FEWEST_DAYS:
        return None
    wanted = kind_of(day, is_working)
    kinds = {on: kind_of(on, is_working) for on in known}
    level = _level(known, kinds, wanted, day)
    return [level * share for share in _shape(known, kinds, wanted)]


def back_test(
    history: History, days: Sequence[date], is_working: Callable[[date], bool]
) -> BackTest | None:
    """How far forecasts of these days were off; None when none of them could be made."""
    pairs = [(forecast(history, day, is_working), history[day]) for day in days if day in history]
    made = [(expected, seen) for expected, seen in pairs if expected is not None]
    total = sum(sum(seen) for _, seen in made)
    if not total:
        return None
    daily = sum(abs(sum(expected) - sum(seen)) for expected, seen in made)
    slots = sum(abs(a - b) for expected, seen in made for a, b in zip(expected, seen, strict=True))
    bias = sum(sum(expected) - sum(seen) for expected, seen in made)
    return BackTest(len(made), daily / total, slots / total, bias / total)


def _level(known: History, kinds: Mapping[date, DayKind], wanted: DayKind, day: date) -> float:
    same = [on for on in sorted(known, reverse=True) if kinds[on] == wanted][:_WEEKS]
    if same:
        return _weighted([(sum(known[on]), _DECAY ** ((day - on).days / 7)) for on in same])
    ordinary = [on for on in known if not kinds[on].is_holiday]
    recent = sorted(ordinary, reverse=True)[:_FEWEST_DAYS]
    mean = _weighted([(sum(known[on]), 1.0) for on in recent])
    return mean * HOLIDAY_SHARE if wanted.is_holiday else mean


def _shape(known: History, kinds: Mapping[date, DayKind], wanted: DayKind) -> list[float]:
    """The share of the day that falls into each half hour."""
    alike = [on for on in sorted(known, reverse=True) if kinds[on].is_off == wanted.is_off]
    days = [known[on] for on in (alike or sorted(known, reverse=True))[:_SHAPE_DAYS]]
    sums = [sum(day[slot] for day in days) for slot in range(SLOTS)]
    whole = sum(sums)
    return [one / whole for one in sums] if whole else [1 / SLOTS] * SLOTS


def _weighted(pairs: Sequence[tuple[float, float]]) -> float:
    whole = sum(weight for _, weight in pairs)
    return sum(value * weight for value, weight in pairs) / whole if whole else 0.0


def days_before(day: date, count: int) -> list[date]:
    return [day - timedelta(days=back) for back in range(count, 0, -1)]
