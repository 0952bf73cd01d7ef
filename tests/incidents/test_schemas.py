"""What is announced can be spoken."""

import pytest
from pydantic import ValidationError

from hotline.incidents.schemas import IncidentConfirm
from tests.incidents.conftest import CONFIRM


def said(text: str) -> str:
    return IncidentConfirm.model_validate(CONFIRM | {"announcement": text}).announcement


@pytest.mark.parametrize(
    ("given", "spoken"),
    [
        ("滨河街道停水正在抢修，预计18点恢复", "滨河街道停水正在抢修，预计18点恢复。"),
        (" 正在抢修，请稍候！ ", "正在抢修，请稍候！"),
        ("长" * 80, "长" * 80),
    ],
)
def test_an_announcement_ends_as_a_sentence_within_80_characters(given: str, spoken: str) -> None:
    assert said(given) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "",
        "停水",
        "长" * 81,
        "详见https://a.cn",
        "请打95598",
        "停水（抢修中）",
        "停水\n抢修中",
        "停水 抢修",
    ],
)
def test_what_cannot_be_spoken_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        said(text)
