"""The lines between sure, asking back and a person."""

import pytest

from hotline.matching.decide import decide
from hotline.matching.elsewhere import is_elsewhere
from hotline.matching.match import Matcher
from hotline.matching.values import Decision, Match

LINES = {"answer": 0.8, "confirm": 0.5, "choose": 0.6}


@pytest.mark.parametrize(
    ("confidences", "decision"),
    [
        ((), Decision.AGENT),
        ((0.8,), Decision.ANSWER),
        ((0.79,), Decision.CONFIRM),
        ((0.5, 0.4), Decision.CONFIRM),
        ((0.3, 0.2, 0.1), Decision.CHOOSE),
        ((0.3, 0.1, 0.1, 0.1), Decision.AGENT),
        ((0.05, 0.01), Decision.AGENT),
    ],
)
def test_confidence_decides(confidences: tuple[float, ...], decision: Decision) -> None:
    results = [Match(f"e{n}", 0.5, confidence) for n, confidence in enumerate(confidences)]
    assert decide(results, LINES) is decision


@pytest.mark.parametrize(
    ("said", "elsewhere"),
    [
        ("我在呼和浩特，家里暖气不热", True),
        ("我人在银川，门口路灯坏了", True),
        ("我家住包头", True),
        ("要带我妈去银川看病，医保咋备案", False),
        ("户口从包头迁过来", False),
        ("包头的公积金咋提，我在那边上班", True),
        ("包头的公积金想转过来", False),
    ],
)
def test_whoever_is_in_another_city_is_asked_first(said: str, elsewhere: bool) -> None:
    assert is_elsewhere(said) is elsewhere


@pytest.mark.parametrize("topic", ["身份证", "公积金", "户口", "驾驶证", "我想问一下医保"])
def test_a_bare_topic_of_many_services_is_asked_about(matcher: Matcher, topic: str) -> None:
    understood = matcher.match(topic)
    assert understood.decision is Decision.CHOOSE
    assert len(understood.results) > 1


@pytest.mark.parametrize(
    ("said", "entry"),
    [("领结婚证", "svc-marriage-reg-hbw"), ("社保卡", "svc-si-card"), ("马桶堵了", "svc-cv-drain")],
)
def test_few_words_that_name_one_service_are_enough(
    matcher: Matcher, said: str, entry: str
) -> None:
    assert matcher.match(said).results[0].entry_id == entry
