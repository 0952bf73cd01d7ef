"""A second opinion on emergencies, by the meaning of the sentence.

Rules and ear go by characters; this head goes by the vector that the semantic channel makes
anyway. Its log-odds are one more sign for the verdict, and it has a say about the line.
`scripts/train_emergencies` learns the weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hotline.matching.emergencies import Emergency, hear_emergency, judged, notice
from hotline.matching.emergency_verdict import log_odds
from hotline.matching.terms import Floats


@dataclass(frozen=True, slots=True)
class Head:
    """Softmax over no emergency and `LINES`; `turn` names the vectors that it was trained on."""

    matrix: Floats
    bias: Floats
    turn: str

    def scores(self, vector: Floats) -> Floats:
        """The first for no emergency, then one per line."""
        return np.asarray(vector @ self.matrix + self.bias, np.float32)


def hear_with_meaning(said: str, vectors: Sequence[Floats]) -> Emergency | None:
    """What `hear_emergency` tells, where the vectors of the needs in it have a say too."""
    if not vectors:
        return hear_emergency(said)
    scores = max(map(shipped_head().scores, vectors), key=alarm_of)
    noticed = notice(said)
    if log_odds(noticed.signs, alarm_of(scores)) <= 0:
        return None
    lines = scores[1:] - np.logaddexp.reduce(scores[1:])
    return judged(noticed, np.asarray(lines, np.float32))


def alarm_of(scores: Floats) -> float:
    """Log-odds of an emergency."""
    return float(np.logaddexp.reduce(scores[1:]) - scores[0])


@cache
def shipped_head() -> Head:
    """The trained weights."""
    shipped = files("hotline.matching") / "emergency_meaning.npz"
    with shipped.open("rb") as source, np.load(source) as saved:
        matrix, bias = saved["matrix"].astype(np.float32), saved["bias"].astype(np.float32)
        return Head(matrix, bias, str(saved["turn"]))
