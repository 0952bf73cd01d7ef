"""A second opinion on emergencies, by the meaning of the sentence.

Rules and ear go by characters; this head goes by the vector that the semantic channel makes
anyway. It never overrules a rule. It may silence the ear where the sentence plainly means
something calm, and where nobody else spoke, it and the ear together may raise an alarm.
`scripts/train_emergencies` learns the weights and prints the figures behind the thresholds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hotline.matching.emergencies import UNFORESEEN, Emergency, SelfHarm, ear_alone
from hotline.matching.emergency_ear import LINES
from hotline.matching.terms import Floats

CALM = -1.0
"""Log-odds of the head below which the ear alone is not believed."""
SURE_TOGETHER = 2.5
"""Log-odds of ear and head, added, above which they raise an alarm that no rule foresaw."""
UNDERSTOOD = "understood"
"""The event of an alarm that only the meaning of the sentence raised."""


@dataclass(frozen=True, slots=True)
class Head:
    """Softmax over no emergency and `LINES`; `turn` names the vectors that it was trained on."""

    matrix: Floats
    bias: Floats
    turn: str

    def scores(self, vector: Floats) -> Floats:
        """The first for no emergency, then one per line."""
        return np.asarray(vector @ self.matrix + self.bias, np.float32)


def second_opinion(
    said: str, vectors: Sequence[Floats], rules: Emergency | None
) -> Emergency | None:
    """What `rules` heard in the utterance, corrected by the vectors of the needs in it."""
    if not vectors or (rules is not None and rules.event != UNFORESEEN):
        return rules
    scores = max(map(shipped_head().scores, vectors), key=alarm_of)
    alarm = alarm_of(scores)
    if rules is not None:
        return rules if alarm >= CALM or rules.level is not None else None
    if alarm + ear_alone(said) < SURE_TOGETHER:
        return None
    line = line_of(scores)
    level = SelfHarm.MEDIUM if line == "12356" else None
    return Emergency(line, (), level, UNDERSTOOD, ())


def alarm_of(scores: Floats) -> float:
    """Log-odds of an emergency."""
    return float(np.logaddexp.reduce(scores[1:]) - scores[0])


def line_of(scores: Floats) -> str:
    """The line it would be, if it is an emergency."""
    return LINES[int(scores[1:].argmax())]


@cache
def shipped_head() -> Head:
    """The trained weights."""
    shipped = files("hotline.matching") / "emergency_meaning.npz"
    with shipped.open("rb") as source, np.load(source) as saved:
        matrix, bias = saved["matrix"].astype(np.float32), saved["bias"].astype(np.float32)
        return Head(matrix, bias, str(saved["turn"]))
