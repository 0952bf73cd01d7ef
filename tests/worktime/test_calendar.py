"""Which days are worked: the notices of 2004 to 2026, imported notices, overrides."""

from datetime import date, timedelta

import pytest

from hotline.worktime import (
    DayRule,
    NoticeInvalid,
    WorkCalendar,
    official_calendar,
    read_notice,
    working_days_between,
)

NOTICE_2027 = {
    "year": 2027,
    "days": [
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-02-08", "isOffDay": True},
    ],
}


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2026-01-01", False),
        ("2026-01-02", False),
        ("2026-01-04", True),  # a Sunday, made up
        ("2026-02-14", True),  # a Saturday, made up
        ("2026-02-23", False),  # a Monday of the Spring Festival
        ("2026-02-28", True),
        ("2026-10-10", True),
        ("2026-11-25", True),
        ("2026-11-28", False),
        ("2022-12-31", False),
        ("2018-12-29", True),
        ("2018-12-31", False),
    ],
)
def test_official_days(day: str, is_working: bool) -> None:
    assert official_calendar().is_working(date.fromisoformat(day)) is is_working


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_year_has_248_working_days(year: int) -> None:
    before = date(year - 1, 12, 31)
    assert working_days_between(before, date(year, 12, 31), official_calendar()) == 248


def test_a_year_without_notice_is_uncertain() -> None:
    calendar = official_calendar()
    assert calendar.is_certain(date(2026, 12, 25))
    assert not calendar.is_certain(date(2027, 3, 1))


def test_the_last_week_of_a_year_waits_for_the_next_notice() -> None:
    calendar = official_calendar()
    assert not calendar.is_certain(date(2026, 12, 28))
    assert calendar.is_certain(date(2025, 12, 28))
    notice = read_notice(NOTICE_2027)
    assert calendar.with_notice(notice.year, notice.rules).is_certain(date(2026, 12, 28))


def test_a_notice_moves_days_of_the_year_before() -> None:
    notice = read_notice(NOTICE_2027)
    calendar = official_calendar().with_notice(notice.year, notice.rules)
    assert calendar.is_working(date(2026, 12, 27))
    assert not calendar.is_working(date(2027, 2, 8))
    assert not calendar.is_working(date(2026, 10, 1))


def test_order_of_import_does_not_matter() -> None:
    later = read_notice(NOTICE_2027)
    earlier = read_notice(
        {"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": True}]}
    )
    one = WorkCalendar().with_notice(2026, earlier.rules).with_notice(2027, later.rules)
    other = WorkCalendar().with_notice(2027, later.rules).with_notice(2026, earlier.rules)
    assert dict(one.rules) == dict(other.rules)
    assert one.years == other.years


def test_importing_a_year_again_forgets_its_former_days() -> None:
    notice = read_notice(NOTICE_2027)
    calendar = official_calendar().with_notice(2027, notice.rules)
    corrected = [DayRule(date(2027, 2, 9), is_off=True)]
    calendar = calendar.with_notice(2027, corrected)
    assert calendar.is_working(date(2027, 2, 8))
    assert not calendar.is_working(date(2027, 2, 9))


def test_a_tier_adds_its_own_days_off_without_making_the_year_certain() -> None:
    own = [DayRule(date(2027, 7, 15), is_off=True, name="那达慕")]
    calendar = official_calendar().with_overrides(own)
    assert not calendar.is_working(date(2027, 7, 15))
    assert not calendar.is_certain(date(2027, 7, 15))
    assert official_calendar().is_working(date(2027, 7, 15))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], ""),
        ({"year": "2027", "days": []}, "year"),
        ({"year": True, "days": []}, "year"),
        ({"year": 2027, "days": []}, "days"),
        ({"year": 2027}, "days"),
        ({"year": 2027, "days": ["x"]}, "days[0]"),
        ({"year": 2027, "days": [{"date": "2027-02-30", "isOffDay": True}]}, "days[0]"),
        ({"year": 2027, "days": [{"date": "2027-02-01", "isOffDay": "yes"}]}, "days[0]"),
        ({"year": 2027, "days": [{"date": "2026-06-01", "isOffDay": True}]}, "days[0]"),
        ({"year": 2027, "days": [{"name": 1, "date": "2027-06-01", "isOffDay": True}]}, "days[0]"),
    ],
)
def test_a_faulty_notice_names_the_place(document: object, place: str) -> None:
    with pytest.raises(NoticeInvalid) as raised:
        read_notice(document)
    assert [where for where, _ in raised.value.faults] == [place]


def test_all_faults_are_told_at_once() -> None:
    day = {"name": "x", "date": "2027-05-01", "isOffDay": True}
    with pytest.raises(NoticeInvalid) as raised:
        read_notice({"year": 2027, "days": [day, day, {"date": "no", "isOffDay": True}]})
    assert [where for where, _ in raised.value.faults] == ["days[1]", "days[2]"]


def test_next_working_day_skips_the_spring_festival() -> None:
    assert official_calendar().next_working(date(2026, 2, 14)) == date(2026, 2, 24)
    assert date(2026, 2, 24) - date(2026, 2, 14) == timedelta(days=10)
