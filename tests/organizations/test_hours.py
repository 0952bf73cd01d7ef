"""Opening hours are those of the city's wall clock."""

from datetime import UTC, datetime

import pytest

from hotline.organizations.hours import is_open, is_valid

OFFICE = "Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:30-12:00"


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(0, 29, False), (0, 30, True), (4, 0, False), (6, 30, True), (10, 0, False)],
)
def test_hours_are_read_in_the_time_of_the_city(hour: int, minute: int, expected: bool) -> None:
    wednesday = datetime(2026, 11, 25, hour, minute, tzinfo=UTC)
    assert is_open(OFFICE, wednesday) is expected


def test_a_saturday_has_its_own_hours() -> None:
    assert is_open(OFFICE, datetime(2026, 11, 28, 2, tzinfo=UTC))
    assert not is_open(OFFICE, datetime(2026, 11, 28, 7, tzinfo=UTC))


@pytest.mark.parametrize(("text", "expected"), [("24/7", True), ("每天", False), ("", False)])
def test_only_opening_hours_are_valid(text: str, expected: bool) -> None:
    assert is_valid(text) is expected
