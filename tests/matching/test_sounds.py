"""What sounds alike is one; what does not stays apart."""

import pytest

from hotline.matching.pinyin import fold, readings
from hotline.matching.terms import Texts, spoken


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhi", "zi"), ("chang", "can"), ("sheng", "sen"), ("ning", "lin"), ("nan", "lan"),
        ("ren", "leng"), ("fa", "hua"), ("fei", "hui"), ("fu", "hu"), ("feng", "hong"),
    ],
)  # fmt: skip
def test_confused_syllables_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("ma", "ba"), ("gu", "ku"), ("shui", "rui")])
def test_distinct_syllables_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_homophones_are_written_alike() -> None:
    assert _sound("身份证") == _sound("申份正")
    assert _sound("身份证") != _sound("户口本")


def test_other_characters_stand_for_themselves() -> None:
    assert readings("wifi 5") == list("wifi 5")
    assert _sound("wifi") == "wifi"


def _sound(text: str) -> str:
    return spoken(Texts.of([text])).strings()[0]
