"""Due moments: precedence of limits, two clocks, suspension, extension."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline import clock
from hotline.clock import LOCAL, local
from hotline.tickets import due
from hotline.tickets.due import Clocks, Terms, Timetable
from hotline.tickets.limits import LimitsInvalid, default_limits, read_limits
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import WUHAI_OFFICE, Limit, LimitUnit, official_calendar

TABLE = Timetable(official_calendar(), WUHAI_OFFICE, default_limits())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def terms(kind: str = "help", urgency: str = "normal", days: int | None = None) -> Terms:
    return Terms(TicketKind(kind), Urgency(urgency), days)


def shown(moment: datetime | None) -> str | None:
    return moment and local(moment).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (terms(), "11-26 18:00"),
        (terms("consult"), "11-24 18:00"),
        (terms("complaint"), "11-30 18:00"),
        (terms("report"), "12-14 18:00"),
        (terms("complaint", days=2), "11-25 18:00"),
        (terms("consult", days=7), "12-02 18:00"),
        (terms("complaint", "urgent", days=2), "11-24 10:00"),
        (terms("complaint", "emergency", days=2), "11-24 10:00"),
    ],
)
def test_the_reply_is_due_by_urgency_else_subject_else_kind(of: Terms, expected: str) -> None:
    clocks = due.at_dispatch(Clocks(), of, at("2026-11-23 10:00"), TABLE)
    assert shown(clocks.due_at) == expected


@pytest.mark.parametrize(
    ("of", "sign", "returned"),
    [
        (terms(), "11-23 16:30", "11-24 18:00"),
        (terms("consult"), "11-23 16:30", "11-23 16:00"),
        (terms(urgency="emergency"), "11-23 10:30", "11-23 11:00"),
    ],
)
def test_sign_and_return_have_limits_of_their_own(of: Terms, sign: str, returned: str) -> None:
    clocks = due.at_dispatch(Clocks(), of, at("2026-11-23 10:00"), TABLE)
    assert (shown(clocks.step_due_at), shown(clocks.return_until)) == (sign, returned)


def test_over_the_spring_festival_only_working_days_count() -> None:
    clocks = due.at_dispatch(Clocks(), terms("complaint"), at("2026-02-13 16:00"), TABLE)
    # Saturday 14 is worked, 15 to 23 are off: 14, 24, 25, 26, 27.
    assert shown(clocks.due_at) == "02-27 18:00"
    assert clocks.is_certain


def test_urgent_matters_do_not_wait_for_the_festival() -> None:
    clocks = due.at_dispatch(Clocks(), terms(urgency="urgent"), at("2026-02-16 03:00"), TABLE)
    assert shown(clocks.due_at) == "02-17 03:00"


def test_the_residents_clock_runs_on_when_another_unit_begins_anew() -> None:
    clocks = due.at_opening(terms(), at("2026-11-23 10:00"), TABLE)
    clocks = due.at_dispatch(clocks, terms(), at("2026-11-25 10:00"), TABLE)
    assert shown(clocks.due_at) == "11-30 18:00"
    assert shown(clocks.resident_due_at) == "11-26 18:00"


def test_a_part_is_due_before_the_whole() -> None:
    latest = at("2026-11-25 16:00")
    clocks = due.at_dispatch(
        Clocks(), terms("report"), at("2026-11-23 10:00"), TABLE, latest=latest
    )
    assert clocks.due_at == latest
    assert clocks.return_until is not None
    assert clocks.return_until <= latest


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "11-26 18:00"), (2, "11-30 18:00"), (3, "11-30 18:00")]
)
def test_a_redo_has_its_own_limit(count: int, expected: str) -> None:
    clocks = due.at_redo(Clocks(), count, at("2026-11-23 10:00"), TABLE)
    assert shown(clocks.due_at) == expected


@pytest.mark.parametrize(
    ("of", "longest"),
    [(terms(), 3), (terms("report"), 10), (terms(days=2), 2), (terms(urgency="urgent"), 1)],
)
def test_an_extension_is_no_longer_than_the_limit_itself(of: Terms, longest: int) -> None:
    assert due.longest_extension(of, TABLE) == longest


def test_an_extension_moves_both_clocks_by_working_days() -> None:
    clocks = due.at_opening(terms(), at("2026-11-23 10:00"), TABLE)
    clocks = due.extended(clocks, 3, TABLE)
    assert shown(clocks.due_at) == "12-01 18:00"
    assert shown(clocks.resident_due_at) == "12-01 18:00"


def test_an_extension_into_a_year_without_calendar_is_marked() -> None:
    clocks = due.at_opening(terms(), at("2026-12-21 10:00"), TABLE)
    assert clocks.is_certain
    assert not due.extended(clocks, 3, TABLE).is_certain


def test_a_suspension_stops_office_time_only() -> None:
    clocks = due.at_opening(terms(), at("2026-11-23 10:00"), TABLE)
    paused, back = at("2026-11-24 17:00"), at("2026-11-26 09:30")
    # Missed: 17-18 on the 24th, 7 hours on the 25th, 8:30-9:30 on the 26th.
    resumed = due.resumed(clocks, terms(), paused, back, TABLE)
    assert shown(resumed.due_at) == "11-30 10:30"


def test_a_suspension_over_night_gains_nothing() -> None:
    clocks = due.at_opening(terms(), at("2026-11-23 10:00"), TABLE)
    night = due.resumed(clocks, terms(), at("2026-11-24 18:00"), at("2026-11-25 08:30"), TABLE)
    assert night == clocks


def test_a_wall_clock_is_paused_by_the_wall_clock() -> None:
    urgent = terms(urgency="urgent")
    clocks = due.at_opening(urgent, at("2026-11-28 10:00"), TABLE)
    resumed = due.resumed(clocks, urgent, at("2026-11-28 12:00"), at("2026-11-28 15:00"), TABLE)
    assert shown(resumed.due_at) == "11-29 13:00"


kinds, urgencies = st.sampled_from(TicketKind), st.sampled_from(Urgency)
starts = st.integers(0, 60 * 24 * 300).map(lambda m: at("2026-01-01 00:00") + timedelta(minutes=m))
any_terms = st.builds(Terms, kinds, urgencies, st.none() | st.integers(1, 20))


@given(of=any_terms, now=starts)
def test_every_limit_ends_after_it_begins_and_within_the_reply(of: Terms, now: datetime) -> None:
    clocks = due.at_dispatch(Clocks(), of, now, TABLE)
    assert clocks.due_at is not None
    assert clocks.step_due_at is not None
    assert clocks.return_until is not None
    assert now < clocks.step_due_at <= clocks.due_at
    assert now < clocks.return_until <= clocks.due_at


@given(of=any_terms, now=starts)
def test_working_day_limits_end_at_office_end_on_a_working_day(of: Terms, now: datetime) -> None:
    if of.urgency is not Urgency.NORMAL:
        return
    ends = local(due.at_dispatch(Clocks(), of, now, TABLE).due_at or now)
    assert (ends.hour, ends.minute) == (18, 0)
    assert TABLE.calendar.is_working(ends.date())


@given(of=any_terms, opened=starts, gap=st.integers(0, 5_000), pause=st.integers(0, 20_000))
def test_a_pause_never_shortens_and_never_gives_more_than_it_took(
    of: Terms, opened: datetime, gap: int, pause: int
) -> None:
    clocks = due.at_opening(of, opened, TABLE)
    paused = opened + timedelta(minutes=gap)
    back = paused + timedelta(minutes=pause)
    resumed = due.resumed(clocks, of, paused, back, TABLE)
    assert clocks.due_at is not None
    assert resumed.due_at is not None
    assert resumed.due_at >= clocks.due_at
    assert _worked(clocks.due_at, resumed.due_at) <= _worked(paused, back) or (
        of.urgency is not Urgency.NORMAL
    )


def _worked(start: datetime, end: datetime) -> timedelta:
    from hotline.worktime import worked_between

    return worked_between(start, end, calendar=TABLE.calendar, office=TABLE.office)


def test_an_organization_changes_single_limits() -> None:
    limits = read_limits({"reply_kind": {"help": "2wd"}, "sign": {"normal": "1wd"}})
    reply = limits.reply(kind=TicketKind.HELP, urgency=Urgency.NORMAL, sla_working_days=None)
    assert reply == Limit(2, LimitUnit.WORKING_DAYS)
    assert limits.step("sign", urgency=Urgency.NORMAL) == Limit(1, LimitUnit.WORKING_DAYS)
    assert limits.step("sign", urgency=Urgency.URGENT) == Limit(0.5, LimitUnit.HOURS)
    assert default_limits().step("sign", urgency=Urgency.NORMAL).unit is LimitUnit.WORKING_HOURS


@pytest.mark.parametrize(
    "document",
    [
        {"nap": {"normal": "1wd"}},
        {"sign": "1wd"},
        {"sign": {"sometimes": "1wd"}},
        {"sign": {"normal": "soon"}},
        {"sign": {"normal": 3}},
        {"sign": {"normal": "0wd"}},
        {"sign": {"normal": "1.5wd"}},
    ],
)
def test_limits_that_cannot_be_read_are_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_limits(document)


def test_unreadable_limits_are_told_by_name() -> None:
    with pytest.raises(LimitsInvalid, match="nap"):
        read_limits({"nap": {}})


def test_the_clock_of_the_tests_is_stopped(now: datetime) -> None:
    assert clock.now() == now
