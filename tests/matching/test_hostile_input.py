"""Whatever comes over the line gets a calm decision in the same time."""

from time import perf_counter

import pytest

from hotline.matching.match import Matcher
from hotline.matching.values import Decision

CALM = {Decision.AGENT, Decision.CHOOSE, Decision.CONFIRM}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   \n\t ",
        "。。。，，，？？",
        "😀😀🔥🔥👍",
        "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ",
        "\x00\x01\x02\x07\x1b[31m",
        "\ud83d",
        "\u202e\u200b\u200f",
        "asdf qwer zxcv",
        "<script>alert(1)</script>",
        "'; DROP TABLE tickets; --",
    ],
)
def test_nonsense_is_never_answered(matcher: Matcher, said: str) -> None:
    assert matcher.match(said).decision in CALM


@pytest.mark.parametrize("said", ["", "😀", "\x00", "ᠮᠣᠩᠭᠣᠯ"])
def test_what_shares_nothing_with_the_directory_has_no_results(matcher: Matcher, said: str) -> None:
    heard = matcher.match(said)
    assert heard.results == ()
    assert heard.decision is Decision.AGENT


def test_traditional_characters_are_understood(matcher: Matcher) -> None:
    simplified = matcher.match("身份证丢了怎么补办")
    assert matcher.match("身份證丟了怎麼補辦").results == simplified.results
    assert matcher.match("身份證丟了").results[0].entry_id == "svc-id-lost"


@pytest.mark.parametrize("said", ["身份证丢了" * 1000, "的" * 5000, "a" * 5000, "一二三四" * 1250])
def test_five_thousand_characters_take_no_longer_than_a_long_sentence(
    matcher: Matcher, said: str
) -> None:
    matcher.match(said)
    began = perf_counter()
    heard = matcher.match(said)
    assert perf_counter() - began < 0.5
    assert isinstance(heard.decision, Decision)
