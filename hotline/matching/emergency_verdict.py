"""How the signs of an emergency are weighed: log-odds, learned on fresh examples.

The rules were written with the older examples in sight and therefore know them all; how far rules,
ear and meaning can be trusted shows only on examples that came after
(`lexicon/emergency_fresh.tsv`). `scripts/train_emergencies` learns the weights there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LOUDEST = 6.0
"""Log-odds of ear and meaning beyond which more says no more."""
CALMEST = 3.0
"""As much against an emergency: a calm meaning alone never outweighs plain words."""
SPOKEN_AGAINST = -4
DOUBTED = 2.0
"""How loud meaning is at most where words speak against an emergency and no event is sure: vectors
hear what a sentence is about (a kidnapping), and not that it did not happen."""


@dataclass(frozen=True, slots=True)
class Signs:
    """`heaviest`: the event that kept most after the cues; `against`, `pressing`: cues alone."""

    is_sure: bool
    sure_events: int
    heaviest: int
    is_seen: bool
    against: int
    pressing: int
    is_spoken_against: bool
    ear: float

    def values(self, meaning: float | None) -> list[float]:
        """In the order of the learned weights."""
        known = [
            float(self.is_sure),
            float(min(self.sure_events, 3)),
            float(max(self.heaviest, -6)) if self.is_seen else 0.0,
            float(max(self.against, -12)),
            float(self.pressing),
            float(self.is_spoken_against),
            _bounded(self.ear),
        ]
        return known if meaning is None else [*known, max(-CALMEST, _bounded(meaning))]


def log_odds(signs: Signs, meaning: float | None) -> float:
    """Of an emergency; above 0 is one. `meaning` are the head's log-odds, None without vectors."""
    weights = _shipped()["without" if meaning is None else "with"]
    if meaning is not None and signs.against <= SPOKEN_AGAINST and not signs.is_sure:
        meaning = min(meaning, DOUBTED)
    return weighed(signs.values(meaning), weights)


def weighed(values: Sequence[float], weights: Sequence[float]) -> float:
    """The last of the weights is the bias."""
    return weights[-1] + sum(w * value for w, value in zip(weights, values, strict=False))


def _bounded(odds: float) -> float:
    return max(-LOUDEST, min(LOUDEST, odds))


@cache
def _shipped() -> Mapping[str, list[float]]:
    listing = files("hotline.matching") / "lexicon" / "emergency_verdict.json"
    learned: Mapping[str, list[float]] = json.loads(listing.read_text(encoding="utf-8"))
    return learned
