"""What an utterance sounds like, learned from examples: the ear beside the rules.

Two linear models over short runs of characters and of syllables: how likely it is an emergency at
all (log-odds), and which line it would be. `scripts/train_emergencies` makes the weights and
prints how well they do on examples that they have not seen.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from hotline.matching.pinyin import sounds_of
from hotline.matching.terms import Floats

LINES = ("110", "119", "120", "122", "12356")


@dataclass(frozen=True, slots=True)
class Ear:
    """`weights`: per run of characters, the alarm's and then one per line of `LINES`."""

    bias: float
    line_biases: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]

    def alarm(self, runs: frozenset[str]) -> float:
        """Log-odds of an emergency."""
        known = [weights[0] for run in runs if (weights := self.weights.get(run))]
        return self.bias + sum(known) / math.sqrt(len(known) + 1)

    def likely(self, runs: frozenset[str]) -> Floats:
        """Log-probability of each of `LINES`, if it is an emergency."""
        known = [weights for run in runs if (weights := self.weights.get(run))]
        heard = [sum(weights[at] for weights in known) for at in range(1, len(LINES) + 1)]
        scores = np.array(self.line_biases) + np.array(heard) / math.sqrt(len(known) + 1)
        return np.asarray(scores - np.logaddexp.reduce(scores), np.float32)

    def telling(self, runs: frozenset[str], most: int = 3) -> tuple[str, ...]:
        """The runs that spoke loudest for an alarm."""
        loud = sorted(runs, key=lambda run: self.weights.get(run, (0.0,))[0], reverse=True)
        written = [run for run in loud if run in self.weights and not run.startswith(_SOUND)]
        return tuple(run.replace("_", "…") for run in written[:most])


def runs_of(said: str, people: re.Pattern[str]) -> frozenset[str]:
    """Up to three characters, two around a third, and two or three syllables.

    Relatives and counts are all one; the syllables hear through a recognizer's wrong characters.
    """
    runs: set[str] = set()
    for clause in _MARKS.split(_COUNT.sub("数", people.sub("亲", said))):
        for length in (1, 2, 3):
            runs.update(clause[at : at + length] for at in range(len(clause) - length + 1))
        runs.update(f"{clause[at]}_{clause[at + 2]}" for at in range(len(clause) - 2))
    return frozenset({run for run in runs if not _HOLLOW.issuperset(run)} | _sounds_in(said))


def _sounds_in(said: str) -> set[str]:
    sounded: set[str] = set()
    for clause in _MARKS.split(said):
        sounds = sounds_of(clause)
        for length in (2, 3):
            sounded.update(
                _SOUND + " ".join(sounds[at : at + length])
                for at in range(len(sounds) - length + 1)
            )
    return sounded


@cache
def shipped_ear() -> Ear:
    """The trained weights."""
    listing = files("hotline.matching") / "lexicon" / "emergency_weights.json"
    learned = json.loads(listing.read_text(encoding="utf-8"))
    return Ear(
        bias=learned["bias"],
        line_biases=tuple(learned["line_biases"]),
        weights={run: tuple(weights) for run, weights in learned["weights"].items()},
    )


_HOLLOW = frozenset("亲数_我你他她它了的在有个人把来着去说要是就都也给叫让一上下里头子儿这那到不没")
_SOUND = "~"
_MARKS = re.compile(r"[，。？ □]+")
_COUNT = re.compile(
    r"\d[\d.]*|[零一二两三四五六七八九十百千半几]+(?=[个只条家口岁斤吨年月天层楼车万块米辆位户人次回趟件])"
)
