"""Opening hours in words, and whether a door is open."""

from datetime import datetime

import pytest

from hotline.clock import LOCAL
from hotline.portal.hours_text import door, door_text, hours_text
from hotline.portal.texts import texts_of

CHINESE, ENGLISH = texts_of("zh-CN"), texts_of("en")
OFFICE = "Mo-Fr 08:30-12:00,14:30-18:00"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        ("24/7", "全天24小时", "Day and night"),
        (OFFICE, "周一至周五 8:30–12:00、14:30–18:00", "Mon–Fri 8:30–12:00, 14:30–18:00"),
        ("Mo-Su 07:00-22:00", "每天 7:00–22:00", "Daily 7:00–22:00"),
        (f"{OFFICE}; Sa 09:30-12:00",
         "周一至周五 8:30–12:00、14:30–18:00；周六 9:30–12:00",
         "Mon–Fri 8:30–12:00, 14:30–18:00; Sat 9:30–12:00"),
        ("Mo,We 10:00-12:00", "周一、周三 10:00–12:00", "Mon, Wed 10:00–12:00"),
        ("sunrise-sunset", "sunrise-sunset", "sunrise-sunset"),
    ],
)  # fmt: skip
def test_hours_are_read_out_in_both_languages(hours: str, chinese: str, english: str) -> None:
    assert hours_text(hours, CHINESE) == chinese
    assert hours_text(hours, ENGLISH) == english


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(25, 9), "现在开门，12:00休息"),
        (at(25, 13), "现在休息，14:30开门"),
        (at(25, 20), "现在休息，明天8:30开门"),
        (at(28, 10), "现在休息，周一8:30开门"),
    ],
)
def test_a_door_says_when_it_opens_or_closes_next(moment: datetime, said: str) -> None:
    assert door_text(door(OFFICE, moment), moment, CHINESE) == said


def test_what_is_open_always_says_no_more() -> None:
    moment = at(25, 3)
    assert door_text(door("24/7", moment), moment, CHINESE) == "现在开门"


def test_offices_rest_on_a_public_holiday_that_falls_on_a_working_day() -> None:
    national_day = at(1, 10, month=10)
    state = door(OFFICE, national_day)
    assert state.is_open is False
    assert "节假日" in door_text(state, national_day, CHINESE)
    assert door("Mo-Su 08:00-20:00", national_day).is_open is True
