"""Half hours of a day to come, from days that passed."""

from datetime import date, timedelta

import pytest

from hotline.stats.forecast import SLOTS, back_test, days_before, forecast, kind_of
from hotline.worktime import official_calendar

MONDAY = date(2026, 11, 23)
IS_WORKING = official_calendar().is_working


def _day(calls: int) -> list[int]:
    """All of them between nine and ten."""
    day = [0] * SLOTS
    day[18], day[19] = calls // 2, calls - calls // 2
    return day


HISTORY = {day: _day(200 if day.weekday() < 5 else 100) for day in days_before(MONDAY, 56)}


def test_a_weekday_is_like_the_same_weekday() -> None:
    made = forecast(HISTORY, MONDAY, IS_WORKING)
    assert made is not None
    assert sum(made) == pytest.approx(200)
    assert (made[18], made[17]) == (pytest.approx(100), 0)


def test_a_weekend_is_its_own() -> None:
    made = forecast(HISTORY, MONDAY + timedelta(days=5), IS_WORKING)
    assert made is not None
    assert sum(made) == pytest.approx(100)


def test_newer_weeks_count_more() -> None:
    history = dict(HISTORY)
    history[MONDAY - timedelta(days=7)] = _day(300)
    made = forecast(history, MONDAY, IS_WORKING)
    assert made is not None
    assert 215 < sum(made) < 300


def test_holidays_learn_from_holidays() -> None:
    """1 to 7 October 2026 are off; the Thursday in it is no ordinary Thursday."""
    history = {day: _day(200) for day in days_before(date(2026, 10, 1), 56)}
    first = forecast(history, date(2026, 10, 1), IS_WORKING)
    assert first is not None
    assert sum(first) == pytest.approx(200 * 0.66)


def test_a_make_up_day_is_worked() -> None:
    saturday = date(2026, 10, 10)
    assert kind_of(saturday, IS_WORKING).is_off is False


def test_less_than_a_week_is_no_forecast() -> None:
    few = {day: HISTORY[day] for day in days_before(MONDAY, 6)}
    assert forecast(few, MONDAY, IS_WORKING) is None


def test_the_days_to_come_are_not_looked_at() -> None:
    later = HISTORY | {MONDAY: _day(9_000), MONDAY + timedelta(days=7): _day(9_000)}
    assert forecast(later, MONDAY, IS_WORKING) == forecast(HISTORY, MONDAY, IS_WORKING)


def test_the_error_of_a_back_test_by_hand() -> None:
    """Forecast 200, seen 250, all of it in the same half hours: off by 50 of 250."""
    history = HISTORY | {MONDAY: _day(250)}
    seen = back_test(history, [MONDAY], IS_WORKING)
    assert seen is not None
    assert (seen.days, seen.daily_error) == (1, pytest.approx(0.2))
    assert seen.half_hour_error == pytest.approx(0.2)
    assert seen.bias == pytest.approx(-0.2)
