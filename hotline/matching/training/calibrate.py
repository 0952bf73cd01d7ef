"""From scores to probabilities, and from probabilities to the lines between decisions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.matching.features import BASE
from hotline.matching.rank import SIGNS, signs_of
from hotline.matching.terms import Floats
from hotline.matching.training.frames import Frames

_RIDGE = 0.3
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic line over SIGNS: `sure` and `bias` of a Ranker."""

    sure: Floats
    bias: float

    def confidence(self, signs: Floats) -> Floats:
        likely: Floats = 1 / (1 + np.exp(-(signs @ self.sure + self.bias)))
        return likely


def signs(frames: Frames, scores: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """What the confidence is judged by, and whether the first was right, per question."""
    found = np.zeros((len(scores), len(SIGNS)), np.float32)
    right = np.zeros(len(scores), np.bool_)
    for number, raw in enumerate(scores):
        listed = frames.listed[number]
        if not listed.any():
            continue
        rows = frames.rows[number, listed, : len(BASE)]
        found[number] = signs_of(rows, raw[listed], int(frames.lengths[number]))
        right[number] = frames.right[number, listed][raw[listed].argmax()]
    return found, right


def calibrate(found: Floats, right: NDArray[np.bool_], weights: Floats) -> Calibration:
    """Ridge logistic regression by Newton's method on standardized signs."""
    shift, scale = found.mean(axis=0), found.std(axis=0) + 1e-3
    inputs = np.hstack(((found - shift) / scale, np.ones((len(found), 1)))).astype(np.float64)
    line = np.zeros(inputs.shape[1])
    ridge = np.full(len(line), _RIDGE)
    ridge[-1] = 0
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-inputs @ line))
        slope = inputs.T @ (weights * (likely - right)) + ridge * line
        bend = (inputs * (weights * likely * (1 - likely))[:, None]).T @ inputs
        line -= np.linalg.solve(bend + np.diag(ridge + 1e-6), slope)
    sure = line[:-1] / scale
    return Calibration(sure.astype(np.float32), float(line[-1] - sure @ shift))


def answer_line(
    confidence: Floats, right: NDArray[np.bool_], outside: Floats, *, precision: float
) -> float:
    """The lowest confidence at which answers are right often enough, and strangers kept out."""
    lines = np.unique(np.round(confidence, 3))
    for line in lines:
        said = confidence >= line
        if said.sum() and right[said].mean() >= precision and (outside >= line).mean() <= 0.01:
            return float(line)
    return float(lines[-1])


def expected_error(confidence: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: how far confidence and truth are apart, on average."""
    edges = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[edges == b].mean()) - float(right[edges == b].mean()))
        * float((edges == b).mean())
        for b in range(bins)
        if (edges == b).any()
    ]
    return sum(gaps)


def lines_of(answer: float) -> Mapping[str, float]:
    """Below `answer`: worth asking about one, worth reading out a few, or better a person."""
    return {"answer": round(answer, 3), "confirm": min(0.45, answer), "choose": 0.4}
