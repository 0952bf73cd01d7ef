"""Learns the turn of the vectors: within-service variation shrunk, in closed form."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hotline.matching.terms import Floats

_SHRINKAGE, _POWER = 3.0, 0.35


def learn_turn(vectors: Floats, owners: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """(middle, matrix) for `(vector - middle) @ matrix`; `owners` numbers the service of a row."""
    counts = np.bincount(owners)[:, None]
    centers = np.zeros((len(counts), vectors.shape[1]))
    np.add.at(centers, owners, vectors)
    centers /= np.maximum(counts, 1)
    within = vectors - centers[owners]
    spread, directions = np.linalg.eigh(within.T @ within / len(within))
    scale = (spread + _SHRINKAGE * spread.mean()) ** -_POWER
    return vectors.mean(axis=0).astype(np.float32), (directions * scale).astype(np.float32)


def turned(vectors: Floats, turn: tuple[Floats, Floats]) -> Floats:
    moved = (vectors - turn[0]) @ turn[1]
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-6), np.float32)


def owners_of(sizes: Sequence[int]) -> NDArray[np.int32]:
    return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
