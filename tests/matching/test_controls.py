from pathlib import Path

import pytest

from hotline.matching.controls import Control, hear_control
from hotline.matching.phrases import shipped_phrases

LISTING = Path(__file__).parent / "control_cases.tsv"
CASES = [row.split("\t") for row in LISTING.read_text(encoding="utf-8").splitlines()]
GROUPS = {
    "human_agent": Control.HUMAN,
    "yes": Control.YES,
    "no": Control.NO,
    "repeat": Control.REPEAT,
    "back": Control.BACK,
    "hang_up": Control.HANGUP,
    "greeting": Control.GREETING,
}


@pytest.mark.parametrize(("control", "said"), [case for case in CASES if case[0] != "-"])
def test_a_control_is_heard_in_many_words(control: str, said: str) -> None:
    assert hear_control(said) is Control(control)


@pytest.mark.parametrize("said", [said for control, said in CASES if control == "-"])
def test_whoever_tells_of_a_need_steers_nothing(said: str) -> None:
    assert hear_control(said) is None


@pytest.mark.parametrize(
    ("group", "said"), [(group, said) for group in GROUPS for said in shipped_phrases().of(group)]
)
def test_the_directory_s_phrases_steer_the_talk(group: str, said: str) -> None:
    assert hear_control(said) is GROUPS[group]


def test_a_plain_wish_for_a_person_counts_beside_other_words() -> None:
    assert hear_control("你绕来绕去的，给我转人工") is Control.HUMAN


@pytest.mark.parametrize("said", ["", "。。。", "😀", "ᠮᠣᠩᠭᠣᠯ", "好" * 5000, "人工" * 3000])
def test_odd_input_is_no_control_or_a_quick_one(said: str) -> None:
    assert hear_control(said) in {None, Control.YES, Control.HUMAN}
