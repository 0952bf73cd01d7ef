"""In a hurry the matcher leaves meaning out, and is then exactly the one that never had it."""

from collections.abc import Sequence

import numpy as np
import pytest

from hotline.matching.sample import sample_matcher
from hotline.matching.terms import Floats
from hotline.matching.vectors import Packed, packed


class Slow:
    """Knows nothing, and says when it is asked about an utterance."""

    def __init__(self) -> None:
        self.asked = 0

    def utterance(self, text: str) -> Floats:
        self.asked += 1
        return np.zeros(384, np.float32)

    def phrases(self, texts: Sequence[str]) -> Packed:
        return packed(np.zeros((len(texts), 384), np.float32))

    def missing(self, texts: Sequence[str]) -> list[str]:
        return list(texts)

    def learn(self, texts: Sequence[str]) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    "said", ["公积金怎么提取", "路灯坏了", "社保卡丢了在哪补", "那个卡的事", "着火了"]
)
def test_a_hurried_matcher_never_asks_for_meaning(said: str) -> None:
    slow = Slow()
    thorough = sample_matcher(slow)
    thorough.match(said)
    asked = slow.asked
    hurried, plain = thorough.hurried().match(said), sample_matcher().match(said)
    assert asked > 0
    assert slow.asked == asked
    assert hurried.decision == plain.decision
    assert [m.entry_id for m in hurried.results] == [m.entry_id for m in plain.results]
