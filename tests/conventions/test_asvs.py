"""The page of ASVS is what its tables say, and the tables name nothing that is not there."""

from collections import Counter

from tests.promises.asvs_page import ASVS_PAGE, REQUIREMENTS, absent, named_lines, render_asvs
from tests.promises.checklist import LINES
from tests.promises.targets import TARGETS

_OF_LEVEL_3 = {"1.2.10", "14.2.6", "14.2.7", "14.2.8", "15.4.2"}


def test_the_page_is_what_the_script_prints() -> None:
    assert ASVS_PAGE.read_text(encoding="utf-8") == render_asvs()


def test_every_line_of_levels_1_and_2_stands_once() -> None:
    assert Counter(line.level for line in REQUIREMENTS) == {1: 70, 2: 183, 3: 5}
    assert {line.number for line in REQUIREMENTS if line.level == 3} == _OF_LEVEL_3
    numbers = [tuple(map(int, line.number.split("."))) for line in REQUIREMENTS]
    assert sorted(set(numbers)) == numbers


def test_every_line_is_held_or_none_of_ours_or_a_gap() -> None:
    unclear = [
        line.number
        for line in REQUIREMENTS
        if [bool(line.by), bool(line.foreign), bool(line.gap)].count(True) != 1
    ]
    assert unclear == []


def test_what_holds_a_line_exists() -> None:
    assert list(absent()) == []
    assert named_lines() <= {line.number for line in LINES if not line.gap}


def test_the_promise_names_every_gap() -> None:
    promise = next(target for target in TARGETS if target.number == 31)
    gaps = [line.number for line in REQUIREMENTS if line.gap]
    assert [number for number in gaps if number not in promise.gap.split(", ")] == []
    assert bool(gaps) is bool(promise.gap)
