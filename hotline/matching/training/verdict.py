"""Learns how the signs of an emergency are weighed (`emergency_verdict.py`)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_PENALTY = 1e-3
_TURNS = 60


def learn_verdict(
    signs: Sequence[Sequence[float]], alarms: Sequence[bool], importance: Sequence[float]
) -> list[float]:
    """Weights and, last, the bias of a penalized logistic regression, by Newton's method."""
    rows = np.array(signs, dtype=float)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.hstack([(rows - middle) / spread, np.ones((len(rows), 1))])
    truth = np.array(alarms, dtype=float)
    shares = np.array(importance, dtype=float) / float(np.mean(importance))
    weights = np.zeros(scaled.shape[1])
    for _ in range(_TURNS):
        weights = weights - _step(scaled, truth, shares, weights)
    plain = weights[:-1] / spread
    return [round(float(w), 4) for w in [*plain, weights[-1] - float(plain @ middle)]]


def _step(
    rows: NDArray[np.float64],
    truth: NDArray[np.float64],
    shares: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    likely = 1 / (1 + np.exp(-rows @ weights))
    held = _PENALTY * len(truth)
    slope = rows.T @ (shares * (likely - truth)) + held * np.append(weights[:-1], 0.0)
    bend = (rows * (shares * likely * (1 - likely) + 1e-9)[:, None]).T @ rows
    step = np.linalg.solve(bend + held * np.eye(len(weights)), slope)
    return np.asarray(step, float)
