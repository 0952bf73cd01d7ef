"""The lines between sure, asking back and a person."""

import pytest

from hotline.matching.decide import decide
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
