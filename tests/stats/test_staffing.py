"""Erlang against known values and laws."""

import math

import pytest

from hotline.stats.staffing import (
    Aim,
    Demand,
    agents_needed,
    erlang_b,
    erlang_c,
    outlook_a,
    outlook_c,
    rostered,
)

BUSY = Demand(calls=100, handle_seconds=180)


def test_erlang_b_of_published_tables() -> None:
    assert erlang_b(10, 10) == pytest.approx(0.2146, abs=1e-4)
    assert erlang_b(12.03, 20) == pytest.approx(0.01, abs=2e-4)


def test_erlang_c_of_the_check_value() -> None:
    """A = 10 (100 calls in 30 minutes of 180 s), N = 14, T = 20 s."""
    seen = outlook_c(BUSY, 14, 20)
    assert seen.waits == pytest.approx(0.1741, abs=5e-5)
    assert seen.service_level == pytest.approx(0.8884, abs=5e-5)
    assert seen.average_wait == pytest.approx(7.84, abs=5e-3)
    assert seen.occupancy == pytest.approx(10 / 14)


def test_too_few_agents_never_catch_up() -> None:
    seen = outlook_c(BUSY, 10, 20)
    assert (seen.service_level, seen.average_wait) == (0.0, math.inf)
    assert erlang_c(10, 10) == 1.0


def test_endless_patience_is_erlang_c() -> None:
    patient = Demand(100, 180, patience_seconds=1e7)
    a, c = outlook_a(patient, 14, 20), outlook_c(BUSY, 14, 20)
    assert a.service_level == pytest.approx(c.service_level, abs=1e-4)
    assert a.average_wait == pytest.approx(c.average_wait, rel=1e-3)


def test_patience_like_the_talk_is_a_hall_without_end() -> None:
    """With θ = μ the chain is M/M/∞: Poisson states, P(abandon) = E[(X - N)+] / load."""
    load, agents = 10.0, 10
    seen = outlook_a(Demand(100, 180, patience_seconds=180), agents, 20)
    poisson = [math.exp(-load) * load**k / math.factorial(k) for k in range(80)]
    over = sum((k - agents) * chance for k, chance in enumerate(poisson) if k > agents)
    assert seen.abandoned == pytest.approx(over / load, rel=1e-6)
    assert seen.waits == pytest.approx(sum(poisson[agents:]), rel=1e-6)


def test_what_is_answered_and_what_gives_up_is_all_that_came() -> None:
    """In the long run everybody is answered or gives up: the level of a long time is the rest."""
    seen = outlook_a(Demand(100, 180, patience_seconds=60), 9, 100_000)
    assert seen.service_level == pytest.approx(1 - seen.abandoned, abs=2e-3)


@pytest.mark.parametrize(
    ("per_hour", "at_80_20", "at_95_15"), [(34, 5, 6), (181, 16, 19), (301, 25, 28)]
)
def test_agents_for_the_loads_of_a_city(per_hour: int, at_80_20: int, at_95_15: int) -> None:
    demand = Demand(per_hour / 2, 240)
    assert agents_needed(demand, Aim(0.80, 20)).agents == at_80_20
    assert agents_needed(demand, Aim(0.95, 15)).agents == at_95_15


def test_nobody_calls_nobody_is_needed() -> None:
    assert agents_needed(Demand(0, 240), Aim()).agents == 0


def test_people_on_the_roster_for_seats() -> None:
    assert rostered(21, 0.30) == 30
    assert rostered(0, 0.30) == 0
    with pytest.raises(ValueError, match="share"):
        rostered(10, 1.0)
