"""A leak is told from the ups and downs of a service that is used."""

import random

import pytest

from scripts.soak_figures import course_of

AT = [5.0 * n for n in range(540)]


def wavering(start: float, an_hour: float, chance: float) -> list[float]:
    dice = random.Random(114)
    return [start + an_hour * at / 3600 + dice.gauss(0, chance) for at in AT]


@pytest.mark.parametrize("start", [60.0, 354.0])
def test_what_gains_more_than_a_twentieth_leaks(start: float) -> None:
    course = course_of(AT, wavering(start, start * 0.1, start * 0.05))
    assert course.leaks
    assert course.an_hour == pytest.approx(start * 0.1, rel=0.2)


@pytest.mark.parametrize("an_hour", [0.0, 0.04, -0.5])
def test_what_stays_or_falls_does_not(an_hour: float) -> None:
    assert not course_of(AT, wavering(60, 60 * an_hour, 3)).leaks


def test_one_thread_more_or_less_in_a_few_looks_is_chance() -> None:
    looks = [1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]
    course = course_of(AT[:10], looks)
    assert course.growth > 0.05
    assert not course.leaks
