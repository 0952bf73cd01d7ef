"""How long the sound of a talk is kept."""

from datetime import UTC, datetime

import pytest

from hotline.recordings.keeping import DEFAULT_TERMS, Matter, keep_until, months_after

ENDED = datetime(2026, 1, 31, 4, tzinfo=UTC)
CLOSED = datetime(2026, 6, 1, tzinfo=UTC)


def until(*matters: Matter, self_harm: bool = False) -> datetime | None:
    return keep_until(ENDED, is_self_harm=self_harm, matters=matters, terms=DEFAULT_TERMS)


def test_a_plain_talk_is_kept_two_years() -> None:
    assert until() == datetime(2028, 1, 31, 4, tzinfo=UTC)


def test_nothing_is_erased_while_the_matter_is_open() -> None:
    assert until(Matter(is_grievance=False, closed_at=None)) is None


def test_a_complaint_counts_from_its_closing() -> None:
    assert until(Matter(is_grievance=True, closed_at=CLOSED)) == datetime(2028, 6, 1, tzinfo=UTC)
    assert until(Matter(is_grievance=False, closed_at=CLOSED)) == until()


def test_self_harm_is_kept_three_years() -> None:
    assert until(self_harm=True) == datetime(2029, 1, 31, 4, tzinfo=UTC)


@pytest.mark.parametrize(("months", "month", "day"), [(1, 2, 28), (2, 3, 31), (11, 12, 31)])
def test_a_month_that_is_too_short_ends_on_its_last_day(months: int, month: int, day: int) -> None:
    later = months_after(ENDED, months)
    assert (later.year, later.month, later.day) == (2026, month, day)
