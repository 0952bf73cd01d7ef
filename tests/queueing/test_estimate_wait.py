"""What is told about waiting, held against a simulated hall."""

import heapq
import random
from statistics import mean

import pytest

from hotline.queueing.estimate_wait import estimate_wait, minutes_told


def test_no_figure_where_nobody_is_signed_in() -> None:
    assert estimate_wait(3, agents=0) is None


def test_a_free_agent_means_no_wait() -> None:
    assert estimate_wait(0, agents=4, free=1) == 0.0


def test_everybody_in_front_takes_a_share_of_the_hall() -> None:
    assert estimate_wait(0, agents=4, handle_seconds=240) == 60.0
    assert estimate_wait(3, agents=4, handle_seconds=240) == 240.0
    assert estimate_wait(3, agents=4, free=2, handle_seconds=240) == 120.0


@pytest.mark.parametrize(("seconds", "told"), [(1, 1), (60, 1), (61, 2), (1800, 30), (1801, None)])
def test_minutes_are_rounded_up_and_a_long_wait_is_not_told_as_a_number(
    seconds: float, told: int | None
) -> None:
    assert minutes_told(seconds) == told


@pytest.mark.parametrize("agents", [4, 12, 28])
def test_the_estimate_agrees_with_a_simulated_hall(agents: int) -> None:
    """On average within a twentieth of what callers then wait; each one within a sixth or so."""
    estimates, waits = _busy_day(agents, handle=205.0, load=0.97, callers=30_000)
    assert len(waits) > 5_000
    bias = mean(estimates) / mean(waits) - 1
    error = mean(abs(guess - wait) for guess, wait in zip(estimates, waits, strict=True))
    assert abs(bias) < 0.05, f"bias {bias:+.1%}"
    assert error < 0.17 * mean(waits), f"mean error {error:.0f} s of {mean(waits):.0f} s"


def _busy_day(
    agents: int, *, handle: float, load: float, callers: int
) -> tuple[list[float], list[float]]:
    """First come first served, exponential arrivals and talks: what was told and what came."""
    dice = random.Random(114)
    now, free_at = 0.0, [0.0] * agents
    waiting: list[float] = []
    told: list[float] = []
    true: list[float] = []
    for _ in range(callers):
        now += dice.expovariate(load * agents / handle)
        waiting = [begin for begin in waiting if begin > now]
        begins = max(now, free_at[0])
        if begins > now:
            guess = estimate_wait(len(waiting), agents=agents, handle_seconds=handle)
            assert guess is not None
            told.append(guess)
            true.append(begins - now)
            waiting.append(begins)
        heapq.heapreplace(free_at, begins + dice.expovariate(1 / handle))
    return told, true
