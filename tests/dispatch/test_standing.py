"""Grades by the formula, warnings, suspension, and what a vendor can do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.dispatch.standing import (
    WEIGHTS,
    Advice,
    Count,
    Grade,
    Mark,
    advice_for,
    standing_of,
)

FULL = {mark: Count(50, 50) for mark in Mark}


def counts(**given: Count) -> dict[Mark, Count]:
    return FULL | {Mark(name): count for name, count in given.items()}


def test_the_weights_are_those_of_the_formula() -> None:
    assert list(WEIGHTS.values()) == [0.35, 0.20, 0.15, 0.15, 0.15]


def test_a_vendor_without_orders_stands_at_nine_tenths() -> None:
    standing = standing_of({}, was_warned=False)
    assert standing.score == pytest.approx(0.9)
    assert standing.grade is Grade.B
    assert not standing.is_warned


def test_each_share_is_drawn_toward_nine_tenths_as_by_ten_cases() -> None:
    assert Count(0, 1).shrunk == pytest.approx(9 / 11)
    assert Count(50, 50).shrunk == pytest.approx(59 / 60)
    assert Count().shrunk == pytest.approx(0.9)


def test_the_score_is_the_weighted_sum() -> None:
    standing = standing_of(counts(satisfied=Count(30, 40), on_time=Count(10, 20)), was_warned=False)
    expected = 0.35 * 39 / 50 + 0.20 * 19 / 30 + 0.45 * 59 / 60
    assert standing.score == pytest.approx(expected)
    assert standing.satisfaction == pytest.approx(39 / 50)


@pytest.mark.parametrize(
    ("good", "grade"), [(50, Grade.A), (34, Grade.B), (22, Grade.C), (0, Grade.WATCH)]
)
def test_grades_follow_the_score(good: int, grade: Grade) -> None:
    marks = counts(on_time=Count(good, 50), accepted=Count(max(good, 20), 50))
    assert standing_of(marks, was_warned=False).grade is grade


@pytest.mark.parametrize(
    ("good", "rated", "is_warned"),
    [
        (8, 9, False),
        (0, 9, False),
        (9, 10, False),
        (8, 10, True),
        (89, 100, True),
        (90, 100, False),
    ],
)
def test_under_ninety_percent_of_ten_ratings_or_more_is_a_warning(
    good: int, rated: int, is_warned: bool
) -> None:
    standing = standing_of(counts(satisfied=Count(good, rated)), was_warned=False)
    assert standing.is_warned is is_warned
    assert (standing.grade is Grade.WATCH) is is_warned


def test_two_warnings_running_suspend() -> None:
    bad = counts(satisfied=Count(8, 10))
    assert standing_of(bad, was_warned=True).grade is Grade.SUSPENDED
    assert standing_of(FULL, was_warned=True).grade is Grade.A


def test_more_good_ones_than_all_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        Count(3, 2)


def test_advice_names_what_costs_most_first() -> None:
    marks = counts(accepted=Count(10, 50), satisfied=Count(40, 50))
    assert advice_for(marks, standing_of(marks, was_warned=False)) == [
        Advice.APPEAL,
        Advice.ACCEPT_MORE,
        Advice.RAISE_SATISFACTION,
    ]
    assert advice_for(FULL, standing_of(FULL, was_warned=False)) == [Advice.KEEP_ON]


def test_a_suspended_vendor_is_told_how_to_come_back() -> None:
    marks = counts(satisfied=Count(8, 10))
    told = advice_for(marks, standing_of(marks, was_warned=True))
    assert told[:2] == [Advice.APPEAL, Advice.CLEAR_SUSPENSION]


many = st.integers(0, 500)


@given(st.fixed_dictionaries({mark: st.tuples(many, many) for mark in Mark}), st.booleans())
def test_one_good_case_more_never_lowers_the_score(
    drawn: dict[Mark, tuple[int, int]], was_warned: bool
) -> None:
    before = {mark: Count(good, good + bad) for mark, (good, bad) in drawn.items()}
    score = standing_of(before, was_warned=was_warned).score
    assert 0 < score < 1
    for mark, count in before.items():
        after = before | {mark: Count(count.good + 1, count.all + 1)}
        assert standing_of(after, was_warned=was_warned).score > score
