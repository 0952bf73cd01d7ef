"""When the robot calls after the work."""

from datetime import datetime

import pytest

from hotline.clock import LOCAL
from hotline.follow_up.tries import Terms, next_try


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)


def test_the_link_of_the_message_has_an_hour() -> None:
    assert next_try(at(25, 10), []) == at(25, 11)
    assert next_try(at(25, 10), [], is_urgent=True) == at(25, 10, 10)


def test_nobody_is_called_at_night() -> None:
    assert next_try(at(25, 20, 30), []) == at(26, 8)
    assert next_try(at(25, 3), []) == at(25, 8)


def test_the_last_of_three_is_on_another_day() -> None:
    tries = [at(25, 11), at(25, 15)]
    assert next_try(at(25, 10), tries[:1]) == at(25, 15)
    assert next_try(at(25, 10), tries) == at(26, 10)
    assert next_try(at(25, 10), [at(25, 19), at(26, 8)]) == at(26, 12)


@pytest.mark.parametrize("count", [3, 4])
def test_three_are_enough(count: int) -> None:
    assert next_try(at(25, 10), [at(25, 11)] * count) is None


def test_an_organization_may_wait_longer_or_send_no_robot() -> None:
    patient = Terms(first_after_minutes=120, again_after_minutes=60)
    assert next_try(at(25, 10), [], terms=patient) == at(25, 12)
    assert next_try(at(25, 10), [], is_urgent=True, terms=patient) == at(25, 10, 10)
    assert next_try(at(25, 10), [at(25, 12)], terms=patient) == at(25, 13)
    assert next_try(at(25, 10), [], terms=Terms(is_on=False)) is None
