"""Small numbers are hidden, and so is whatever would give them away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.portal.sunshine import Dimension, Measure, Tally, figures, table
from hotline.portal.suppression import FEWEST, hidden_parts


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ({"a": 9, "b": 8, "c": 7}, set()),
        ({"a": 9, "b": 8, "c": 0}, set()),
        ({"a": 9, "b": 8, "c": 3}, {"b", "c"}),
        ({"a": 9, "b": 2, "c": 3}, {"b", "c"}),
        ({"a": 9, "b": 1, "c": 3}, {"a", "b", "c"}),
        ({"a": 4}, {"a"}),
        ({"a": 5}, set()),
    ],
)
def test_which_parts_are_hidden(parts: dict[str, int], hidden: set[str]) -> None:
    assert hidden_parts(parts) == hidden


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_no_small_number_can_be_reckoned_from_the_whole(parts: dict[str, int]) -> None:
    hidden = hidden_parts(parts)
    shown = [count for part, count in parts.items() if part not in hidden]
    assert all(count == 0 or count >= FEWEST for count in shown)
    rest = sum(parts.values()) - sum(shown)
    has_large = any(count >= FEWEST for part, count in parts.items() if part not in hidden)
    assert not hidden or not has_large or (len(hidden) > 1 and rest >= FEWEST)


def tally(measure: Measure, part: str, good: int, count: int) -> Tally:
    return Tally(measure, "2026-10", Dimension.DISTRICT, part, good, count)


def test_dissatisfaction_of_a_few_is_not_told() -> None:
    told = figures(
        [
            tally(Measure.SATISFIED, "甲", 18, 20),
            tally(Measure.SATISFIED, "乙", 10, 20),
            tally(Measure.SATISFIED, "丙", 5, 30),
        ]
    )
    rows = table(told, Measure.SATISFIED, Dimension.DISTRICT)
    assert rows["甲"]["2026-10"].is_hidden
    assert rows["乙"]["2026-10"].is_hidden
    assert rows["丙"]["2026-10"].percent == 16.7


def test_lateness_of_a_few_is_told_since_it_is_the_units() -> None:
    (told,) = figures([tally(Measure.ON_TIME, "甲", 18, 20)])
    assert (told.numerator, told.denominator, told.percent) == (18, 20, 90.0)
