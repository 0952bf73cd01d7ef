"""When which rung of the ladder is reached."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import clock
from hotline.tickets.due import Clocks, Terms, Timetable, at_dispatch
from hotline.tickets.ladder import Card, Rung, by_day, card_of, next_climb
from hotline.tickets.limits import default_limits
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import WUHAI_OFFICE, official_calendar

TABLE = Timetable(official_calendar(), WUHAI_OFFICE, default_limits())
COMPLAINT = Terms(TicketKind.COMPLAINT, Urgency.NORMAL)
CONSULT = Terms(TicketKind.CONSULT, Urgency.NORMAL)
URGENT = Terms(TicketKind.HELP, Urgency.URGENT)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL)


NEW_YEAR = here("2026-01-01 00:30")


def climbed(terms: Terms, start: datetime) -> dict[str, str]:
    due_at = at_dispatch(Clocks(), terms, start, TABLE).due_at
    assert due_at is not None
    found: dict[str, str] = {}
    reached: Rung | None = None
    while (climb := next_climb(reached, start, due_at, terms, TABLE)) is not None:
        found[climb.rung] = f"{clock.local(climb.at):%m-%d %H:%M}"
        reached = climb.rung
    return found


def test_five_working_days_over_national_day() -> None:
    """Dispatched on Monday before the holiday: due after it, and so are the rungs."""
    assert climbed(COMPLAINT, here("2026-09-28 09:00")) == {
        "reminder": "10-08 08:45",  # 20.75 of 41.5 office hours
        "yellow": "10-09 18:00",
        "red": "10-10 18:00",  # the make-up Saturday is a working day
        "supervision": "10-12 18:00",
        "leader": "10-14 18:00",
        "reprimand": "10-16 18:00",
    }


def test_a_limit_of_one_day_is_yellow_at_three_quarters() -> None:
    found = climbed(CONSULT, here("2026-11-23 14:30"))  # 3.5 + 7 office hours
    assert found["reminder"] == "11-24 10:15"
    assert found["yellow"] == "11-24 15:22"
    assert found["red"] == "11-24 18:00"


def test_urgent_rungs_go_by_the_wall_clock_and_by_night() -> None:
    assert climbed(URGENT, here("2026-11-28 13:00")) == {
        "reminder": "11-29 01:00",
        "yellow": "11-29 07:00",
        "red": "11-29 13:00",
        "supervision": "11-30 13:00",
        "leader": "12-02 13:00",
        "reprimand": "12-04 13:00",
    }


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 08:00"),
        ("2026-11-23 23:59", "2026-11-24 08:00"),
        ("2026-11-24 00:00", "2026-11-24 08:00"),
        ("2026-11-24 07:59", "2026-11-24 08:00"),
        ("2026-11-24 08:00", "2026-11-24 08:00"),
    ],
)
def test_nobody_is_reminded_at_night(at: str, expected: str) -> None:
    assert by_day(here(at), Urgency.NORMAL) == here(expected)
    assert by_day(here(at), Urgency.EMERGENCY) == here(at)


@given(
    start=st.integers(0, 300 * 24).map(lambda hours: NEW_YEAR + timedelta(hours=hours)),
    terms=st.sampled_from([COMPLAINT, CONSULT, URGENT, Terms(TicketKind.REPORT, Urgency.NORMAL)]),
)
def test_rungs_never_go_backwards(start: datetime, terms: Terms) -> None:
    due_at = at_dispatch(Clocks(), terms, start, TABLE).due_at
    assert due_at is not None
    moments = [start]
    reached: Rung | None = None
    while (climb := next_climb(reached, start, due_at, terms, TABLE)) is not None:
        moments.append(climb.at)
        reached = climb.rung
    assert len(moments) == len(Rung) + 1
    assert moments == sorted(moments)
    assert moments[3] - due_at < timedelta(hours=12)


def test_cards_follow_from_the_rung() -> None:
    cards = [card_of(rung) for rung in (None, *Rung)]
    assert cards == [None, None, Card.YELLOW, Card.RED, Card.RED, Card.RED, Card.RED]
