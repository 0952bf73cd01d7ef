"""Turns measurements into an order and into a confidence, with weights learned offline.

`weights.json` holds two sets: one for matching with the semantic channel, one for without. Every
weight has the name of its measurement; what training does not use is not in the file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from hotline.matching.features import BASE, with_distances
from hotline.matching.terms import Floats

SIGNS = ("probability", "margin", "raw", "length", "closest", "contained", "coverage", "sound",
         "ratio", "partial", "meaning", "crowd")  # fmt: skip
"""What the confidence is judged by."""


@dataclass(frozen=True, slots=True)
class Network:
    """A hidden layer and a straight line beside it, over the measurements of one family."""

    shift: Floats
    scale: Floats
    first: Floats
    bias: Floats
    second: Floats
    skip: Floats

    @classmethod
    def from_json(cls, learned: Mapping[str, Any]) -> "Network":
        return cls(**{name: np.array(values, np.float32) for name, values in learned.items()})

    def scores(self, rows: Floats) -> Floats:
        inputs = (rows - self.shift) / self.scale
        hidden = np.tanh(inputs @ self.first + self.bias)
        return np.asarray(hidden @ self.second + inputs @ self.skip, np.float32)


@dataclass(frozen=True, slots=True)
class Ranker:
    """One set of learned weights; all arrays are aligned with NAMES or SIGNS."""

    order: Network
    temperature: float
    sure: Floats
    bias: float
    thresholds: Mapping[str, float]

    @classmethod
    def from_json(cls, learned: Mapping[str, Any]) -> "Ranker":
        return cls(
            order=Network.from_json(learned["order"]),
            temperature=float(learned["temperature"]),
            sure=np.array([learned["sure"].get(name, 0.0) for name in SIGNS], np.float32),
            bias=float(learned["bias"]),
            thresholds=dict(learned["thresholds"]),
        )

    def raw(self, rows: Floats) -> Floats:
        """The unscaled score of every row of the short list."""
        return self.order.scores(with_distances(rows))

    def confidence(self, signs: Floats) -> float:
        return float(1.0 / (1.0 + np.exp(-(signs @ self.sure + self.bias))))


def probabilities(raw: Floats, temperature: float = 1.0) -> Floats:
    """Softmax over the short list."""
    shifted = np.exp((raw - raw.max()) / temperature)
    return np.asarray(shifted / shifted.sum(), np.float32)


def signs_of(rows: Floats, raw: Floats, length: int) -> Floats:
    """What speaks for or against trusting the best row. `raw` is in the order of `rows`."""
    order = np.argsort(-raw, kind="stable")
    best, shares = order[0], probabilities(raw)
    second = raw[order[1]] if len(order) > 1 else raw[best] - 5.0
    return np.array([
        shares[best], min(raw[best] - second, 5.0), raw[best], np.log1p(length),
        *rows[best, _SPEAKING], float((raw > raw[best] - 1.0).sum()),
    ], np.float32)  # fmt: skip


_SPEAKING = [BASE.index(name) for name in (
    "characters.closest", "characters.contained", "characters.coverage", "syllables.closest",
    "syllables.ratio", "syllables.partial", "meaning.closest",
)]  # fmt: skip


@cache
def shipped_ranker(*, with_meaning: bool) -> Ranker:
    text = (files("hotline.matching") / "weights.json").read_text(encoding="utf-8")
    learned: dict[str, Any] = json.loads(text)
    return Ranker.from_json(learned["with_meaning" if with_meaning else "without_meaning"])
