"""Deadlines across New Year, make-up days and the Spring Festival of 2026."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.clock import LOCAL, local
from hotline.worktime import (
    WUHAI_OFFICE,
    Limit,
    LimitUnit,
    OfficeHours,
    deadline,
    end_of_working_day,
    official_calendar,
    shifted,
    worked_between,
    working_days_between,
)

CALENDAR = official_calendar()

BEGIN = datetime(2024, 1, 1, tzinfo=LOCAL)
moments = st.integers(0, 60 * 24 * 1060).map(lambda minutes: BEGIN + timedelta(minutes=minutes))
spans = st.timedeltas(timedelta(), timedelta(hours=60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def days(count: int) -> Limit:
    return Limit(count, LimitUnit.WORKING_DAYS)


def hours(count: float, unit: LimitUnit = LimitUnit.WORKING_HOURS) -> Limit:
    return Limit(count, unit)


@pytest.mark.parametrize(
    ("limit", "start", "expected"),
    [
        (days(1), "2026-11-25 10:00", "2026-11-26 18:00"),
        (days(1), "2026-11-27 23:59", "2026-11-30 18:00"),
        (days(2), "2025-12-31 09:00", "2026-01-05 18:00"),  # off 1-3, Sunday 4 is worked
        (days(1), "2025-12-31 09:00", "2026-01-04 18:00"),
        (days(1), "2026-02-13 09:00", "2026-02-14 18:00"),  # Saturday is made up
        (days(2), "2026-02-13 09:00", "2026-02-24 18:00"),
        (days(5), "2026-02-13 09:00", "2026-02-27 18:00"),
        (days(6), "2026-02-13 09:00", "2026-02-28 18:00"),
        (days(3), "2026-02-18 09:00", "2026-02-26 18:00"),  # dispatched in the festival
        (days(2), "2026-09-30 12:00", "2026-10-09 18:00"),
        (days(3), "2026-09-30 12:00", "2026-10-10 18:00"),
        (hours(4), "2026-11-25 10:00", "2026-11-25 16:30"),
        (hours(4), "2026-11-25 17:00", "2026-11-26 11:30"),
        (hours(4), "2026-11-27 20:00", "2026-11-30 15:00"),
        (hours(3.5), "2026-02-14 14:30", "2026-02-14 18:00"),
        (hours(3.6), "2026-02-14 14:30", "2026-02-24 08:36"),
        (hours(1), "2026-11-25 12:30", "2026-11-25 15:30"),
        (hours(24, LimitUnit.HOURS), "2026-02-16 03:00", "2026-02-17 03:00"),
    ],
)
def test_deadlines(limit: Limit, start: str, expected: str) -> None:
    reckoned = deadline(limit, at(start), calendar=CALENDAR, office=WUHAI_OFFICE)
    assert local(reckoned.at) == at(expected)
    assert reckoned.at.tzinfo is UTC
    assert reckoned.is_certain


def test_the_day_is_that_of_the_city_not_of_utc() -> None:
    evening_in_utc = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # 01:00 on the 26th in Wuhai
    reckoned = end_of_working_day(evening_in_utc, 1, calendar=CALENDAR, office=WUHAI_OFFICE)
    assert local(reckoned.at) == at("2026-11-27 18:00")


@pytest.mark.parametrize("limit", [days(5), days(30), hours(4)])
def test_a_deadline_without_notice_is_marked(limit: Limit) -> None:
    reckoned = deadline(limit, at("2026-12-30 17:00"), calendar=CALENDAR, office=WUHAI_OFFICE)
    assert not reckoned.is_certain


def test_a_deadline_within_the_notices_is_not_marked() -> None:
    reckoned = deadline(days(5), at("2026-12-11 17:00"), calendar=CALENDAR, office=WUHAI_OFFICE)
    assert local(reckoned.at) == at("2026-12-18 18:00")
    assert reckoned.is_certain


def test_wall_clock_limits_never_depend_on_a_notice() -> None:
    limit = hours(24, LimitUnit.HOURS)
    assert deadline(limit, at("2027-05-01 00:00"), calendar=CALENDAR, office=WUHAI_OFFICE) == (
        deadline(limit, at("2027-05-01 00:00"), calendar=CALENDAR, office=WUHAI_OFFICE)
    )
    assert deadline(
        limit, at("2027-05-01 00:00"), calendar=CALENDAR, office=WUHAI_OFFICE
    ).is_certain


@given(start=moments, count=st.integers(1, 20))
def test_exactly_n_working_days_lie_after_the_start(start: datetime, count: int) -> None:
    reckoned = end_of_working_day(start, count, calendar=CALENDAR, office=WUHAI_OFFICE)
    due = local(reckoned.at)
    assert working_days_between(start.date(), due.date(), CALENDAR) == count
    assert CALENDAR.is_working(due.date())
    assert due.time() == time(18)
    assert due > start


@given(start=moments, first=st.integers(1, 9), more=st.integers(1, 9))
def test_more_days_are_never_due_earlier(start: datetime, first: int, more: int) -> None:
    few = end_of_working_day(start, first, calendar=CALENDAR, office=WUHAI_OFFICE)
    many = end_of_working_day(start, first + more, calendar=CALENDAR, office=WUHAI_OFFICE)
    assert few.at < many.at


@given(one=moments, later=st.timedeltas(timedelta(), timedelta(days=20)))
def test_a_later_start_is_never_due_earlier(one: datetime, later: timedelta) -> None:
    early = deadline(hours(4), one, calendar=CALENDAR, office=WUHAI_OFFICE)
    late = deadline(hours(4), one + later, calendar=CALENDAR, office=WUHAI_OFFICE)
    assert early.at <= late.at


@given(start=moments, span=spans.filter(bool))
def test_office_time_up_to_a_deadline_is_the_limit(start: datetime, span: timedelta) -> None:
    due = shifted(start, span, calendar=CALENDAR, office=WUHAI_OFFICE)
    assert worked_between(start, due.at, calendar=CALENDAR, office=WUHAI_OFFICE) == span


@settings(max_examples=50)
@given(due=moments, first=spans, second=spans)
def test_two_pauses_weigh_as_much_as_one(
    due: datetime, first: timedelta, second: timedelta
) -> None:
    at_once = shifted(due, first + second, calendar=CALENDAR, office=WUHAI_OFFICE)
    once = shifted(due, first, calendar=CALENDAR, office=WUHAI_OFFICE)
    twice = shifted(once.at, second, calendar=CALENDAR, office=WUHAI_OFFICE)
    assert twice.at == at_once.at


def test_an_empty_pause_moves_nothing() -> None:
    due = at("2026-11-28 03:00")
    assert shifted(due, timedelta(), calendar=CALENDAR, office=WUHAI_OFFICE).at == due


def test_time_outside_the_office_is_not_worked() -> None:
    night = worked_between(
        at("2026-11-25 18:00"), at("2026-11-26 08:30"), calendar=CALENDAR, office=WUHAI_OFFICE
    )
    weekend = worked_between(
        at("2026-11-27 17:00"), at("2026-11-30 09:00"), calendar=CALENDAR, office=WUHAI_OFFICE
    )
    backwards = worked_between(
        at("2026-11-27 17:00"), at("2026-11-27 15:00"), calendar=CALENDAR, office=WUHAI_OFFICE
    )
    assert (night, weekend, backwards) == (timedelta(), timedelta(hours=1.5), timedelta())


@pytest.mark.parametrize("amount", [0, -1, 1.5])
def test_a_limit_of_working_days_is_whole_and_positive(amount: float) -> None:
    with pytest.raises(ValueError, match="whole"):
        Limit(amount, LimitUnit.WORKING_DAYS)


def test_office_hours_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="order"):
        OfficeHours(((time(14), time(18)), (time(8), time(12))))
