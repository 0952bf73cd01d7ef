"""Which states an agent may choose."""

import pytest

from hotline.agents.models import Presence
from hotline.agents.presence import Chosen, after_wrap_up, choose

READY, TALKING, WRAP_UP, BREAK, OFFLINE = Presence


@pytest.mark.parametrize("current", list(Presence))
def test_nobody_chooses_to_talk(current: Presence) -> None:
    assert choose(current, TALKING) is None


@pytest.mark.parametrize("wished", [READY, BREAK, OFFLINE, WRAP_UP])
def test_a_wish_during_a_talk_comes_afterwards(wished: Presence) -> None:
    assert choose(TALKING, wished) == Chosen(None, wished)


@pytest.mark.parametrize("wished", [READY, BREAK, OFFLINE])
@pytest.mark.parametrize("current", [READY, WRAP_UP, BREAK, OFFLINE])
def test_otherwise_it_comes_at_once(current: Presence, wished: Presence) -> None:
    assert choose(current, wished) == Chosen(wished, None)


def test_wrap_up_by_hand_is_for_who_is_at_work() -> None:
    assert choose(READY, WRAP_UP) == Chosen(WRAP_UP, None)
    assert choose(BREAK, WRAP_UP) is None
    assert choose(OFFLINE, WRAP_UP) is None


def test_after_the_wrap_up_comes_what_was_wished_else_ready() -> None:
    assert [after_wrap_up(later) for later in (None, WRAP_UP, BREAK, OFFLINE)] == [
        READY, READY, BREAK, OFFLINE,
    ]  # fmt: skip
