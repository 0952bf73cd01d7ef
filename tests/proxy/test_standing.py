"""What may happen next to a matter."""

from dataclasses import dataclass

import pytest

from hotline.proxy.authorize import masked_person
from hotline.proxy.standing import (
    are_given_back,
    are_together,
    is_at_the_end,
    may_become,
    next_step,
)
from hotline.proxy.states import PaperState


@dataclass
class Thing:
    state: str
    position: int = 0


@pytest.mark.parametrize(
    ("now", "wanted", "may"),
    [
        ("needed", "received", True), ("needed", "waived", True), ("needed", "returned", False),
        ("received", "returned", True), ("received", "waived", False),
        ("returned", "received", True), ("returned", "returned", False),
        ("waived", "needed", True), ("waived", "received", False),
    ],
)  # fmt: skip
def test_papers_are_counted_in_before_they_are_counted_out(
    now: str, wanted: str, may: bool
) -> None:
    assert may_become(now, PaperState(wanted)) is may


def test_the_way_begins_when_nothing_is_needed_any_more() -> None:
    assert are_together([])
    assert are_together([Thing("received"), Thing("waived"), Thing("returned")])
    assert not are_together([Thing("received"), Thing("needed")])


def test_papers_are_given_back_when_none_is_kept() -> None:
    assert are_given_back([Thing("returned"), Thing("waived"), Thing("needed")])
    assert not are_given_back([Thing("received")])


def test_steps_follow_each_other() -> None:
    steps = [Thing("done", 0), Thing("waiting", 2), Thing("waiting", 1)]
    assert next_step(steps) == 1
    assert next_step([Thing("done"), Thing("current")]) is None
    assert is_at_the_end([Thing("done")])
    assert not is_at_the_end([Thing("done"), Thing("current")])


@pytest.mark.parametrize(
    ("person", "masked"),
    [("张伟", "张*"), ("张小明", "张**"), ("John Smith", "J**"), ("李", "李*")],
)
def test_of_a_name_the_first_character_is_left(person: str, masked: str) -> None:
    assert masked_person(person) == masked
