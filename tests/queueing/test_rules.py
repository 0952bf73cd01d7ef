"""Small deciders: numbers that may be rung, answers to the rating."""

import pytest

from hotline.queueing.rating import level_of
from hotline.telephony.dial_rules import may_ring_office, may_ring_resident


@pytest.mark.parametrize(
    "number", ["+8613900001234", "13900001234", "0473-2057114", "+864732057114"]
)
def test_residents_of_this_country_may_be_called_back(number: str) -> None:
    assert may_ring_resident(number)


@pytest.mark.parametrize(
    "number",
    ["110", "12345", "+12025550123", "+8521234567", "16012345678", "0473168123", "96881234", ""],
)
def test_lines_foreign_and_premium_numbers_are_not_called_back(number: str) -> None:
    assert not may_ring_resident(number)


@pytest.mark.parametrize(
    "number", ["110", "119", "12356", "12345", "95598", "0473-6990110", "2057114"]
)
def test_offices_and_public_lines_may_be_called_into_a_talk(number: str) -> None:
    assert may_ring_office(number)


@pytest.mark.parametrize("number", ["+12025550123", "16801234", "968123", "02161680000000", "9"])
def test_what_costs_or_lies_abroad_may_not(number: str) -> None:
    assert not may_ring_office(number)


@pytest.mark.parametrize(
    ("text", "digits", "level"),
    [
        ("", "1", 5), ("", "2", 4), ("", "3", 3), ("", "4", 2), ("", "5", 1), ("", "7", None),
        ("非常满意", "", 5), ("很满意，谢谢", "", 5), ("满意", "", 4), ("基本满意吧", "", 3),
        ("不满意", "", 2), ("不太满意", "", 2), ("非常不满意", "", 1), ("一般般", "", 3),
        ("嗯", "", None), ("", "", None),
    ],
)  # fmt: skip
def test_a_rating_by_key_or_voice(text: str, digits: str, level: int | None) -> None:
    assert level_of(text, digits) == level
