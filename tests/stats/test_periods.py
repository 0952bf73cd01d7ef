"""Periods to compare with."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.stats.periods import Period

Day = tuple[int, int, int]
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def test_whole_months_are_compared_with_whole_months() -> None:
    assert NOVEMBER.previous() == Period(date(2026, 10, 1), date(2026, 10, 31))
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert quarter.previous() == Period(date(2025, 10, 1), date(2025, 12, 31))


def test_days_are_compared_with_as_many_days() -> None:
    week = Period(date(2026, 11, 16), date(2026, 11, 22))
    assert week.previous() == Period(date(2026, 11, 9), date(2026, 11, 15))


def test_a_year_ago_knows_leap_years() -> None:
    assert Period(date(2024, 2, 1), date(2024, 2, 29)).last_year() == Period(
        date(2023, 2, 1), date(2023, 2, 28)
    )
    assert Period(date(2025, 2, 1), date(2025, 2, 28)).last_year().last == date(2024, 2, 29)
    assert Period(date(2024, 2, 29), date(2024, 2, 29)).last_year().first == date(2023, 2, 28)


def test_a_period_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="first day"):
        Period(date(2026, 11, 2), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ((2026, 9, 1), (2026, 10, 31), ((2026, 9, 1), (2026, 10, 31))),
        ((2026, 8, 2), (2026, 10, 30), ((2026, 9, 1), (2026, 9, 30))),
        ((2025, 12, 31), (2026, 12, 31), ((2026, 1, 1), (2026, 10, 31))),
        ((2026, 10, 2), (2026, 11, 25), None),
        ((2026, 11, 1), (2026, 11, 30), None),
    ],
)
def test_months_that_are_whole_and_over(
    first: Day, last: Day, whole: tuple[Day, Day] | None
) -> None:
    found = Period(date(*first), date(*last)).whole_months(date(2026, 11, 25))
    assert found == (whole and Period(date(*whole[0]), date(*whole[1])))


DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 1_000), DAYS, st.booleans())
def test_spans_come_to_each_day_of_the_period_once(
    first: date, length: int, today: date, to_the_day: bool
) -> None:
    period = Period(first, first + timedelta(days=length))
    spans = period.spans(today, to_the_day=to_the_day)
    days: Counter[date] = Counter()
    for part in (spans.months, *spans.more):
        days.update(days_of(part))
    for part in spans.less:
        days.subtract(days_of(part))
    assert {day: count for day, count in days.items() if count} == dict.fromkeys(days_of(period), 1)
    assert spans.months is None or spans.months.is_whole_months


@given(DAYS, st.integers(62, 1_000))
def test_of_years_that_have_passed_few_days_are_read_alone(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    spans = period.spans(today=period.last)
    assert sum(part.days for part in (*spans.more, *spans.less)) <= 31


@given(DAYS, st.integers(0, 1_000), DAYS)
def test_each_day_since_the_last_month_that_is_over_stands_alone_where_it_must(
    first: date, length: int, today: date
) -> None:
    period = Period(first, first + timedelta(days=length))
    spans = period.spans(today, to_the_day=True)
    assert spans.months is None or spans.months.last < today


def days_of(period: Period | None) -> list[date]:
    return [period.first + timedelta(days=n) for n in range(period.days)] if period else []
