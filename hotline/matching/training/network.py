"""A small network that scores one family of a short list, learned listwise with Adam."""

from dataclasses import dataclass

import numpy as np

from hotline.matching.rank import Network
from hotline.matching.terms import Floats
from hotline.matching.training.frames import Frames

_NEAREST = 24
_HIDDEN, _NETWORKS = 20, 2
_EPOCHS, _BATCH, _RATE, _DECAY = 16, 128, 4e-3, 2e-3


@dataclass(slots=True)
class _Weights:
    first: Floats
    bias: Floats
    second: Floats
    skip: Floats

    def arrays(self) -> list[Floats]:
        return [self.first, self.bias, self.second, self.skip]


def fit(frames: Frames, weights: Floats, *, seed: int = 7) -> Network:
    """The average of a few networks from different seeds; `weights` counts each question."""
    frames = frames.nearest(_NEAREST)
    usable = np.asarray(frames.right.any(axis=1))
    used = frames.only(usable)
    seen = used.rows[used.listed]
    shift, scale = seen.mean(axis=0), seen.std(axis=0) + 1e-3
    inputs = np.where(used.listed[:, :, None], (used.rows - shift) / scale, 0).astype(np.float32)
    parts = [
        _fit_one(inputs, used, weights[usable], np.random.default_rng(seed + number))
        for number in range(_NETWORKS)
    ]
    return Network(
        shift=shift,
        scale=scale,
        first=np.hstack([part.first for part in parts]),
        bias=np.concatenate([part.bias for part in parts]),
        second=np.concatenate([part.second / np.float32(_NETWORKS) for part in parts]),
        skip=np.mean([part.skip for part in parts], axis=0),
    )


def _fit_one(
    inputs: Floats, used: Frames, weights: Floats, random: np.random.Generator
) -> _Weights:
    width = inputs.shape[2]
    learned = _Weights(
        random.normal(0, 0.5 / np.sqrt(width), (width, _HIDDEN)).astype(np.float32),
        np.zeros(_HIDDEN, np.float32),
        random.normal(0, 0.3, _HIDDEN).astype(np.float32),
        np.zeros(width, np.float32),
    )
    moments = [(np.zeros_like(a), np.zeros_like(a)) for a in learned.arrays()]
    step = 0
    for epoch in range(_EPOCHS):
        rate = _RATE * 0.5 * (1 + np.cos(np.pi * epoch / _EPOCHS))
        order = random.permutation(len(inputs))
        for begin in range(0, len(order), _BATCH):
            step += 1
            batch = order[begin : begin + _BATCH]
            slopes = _slopes(learned, inputs[batch], used, batch, weights[batch])
            for array, slope, moment in zip(learned.arrays(), slopes, moments, strict=True):
                _adam(array, slope + _DECAY * array, moment, rate, step)
    return learned


def _slopes(
    learned: _Weights,
    inputs: Floats,
    used: Frames,
    batch: np.ndarray[tuple[int], np.dtype[np.intp]],
    weights: Floats,
) -> list[Floats]:
    """The gradient of the negative log-likelihood that some right family comes first."""
    hidden = np.tanh(inputs @ learned.first + learned.bias)
    scores = hidden @ learned.second + inputs @ learned.skip
    scores = np.where(used.listed[batch], scores, -1e9)
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    wanted = likely * used.right[batch]
    wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-9)
    slope = ((likely - wanted) * (weights / weights.sum())[:, None]).astype(np.float32)
    back = slope[:, :, None] * learned.second * (1 - hidden**2)
    return [
        np.einsum("qfi,qfh->ih", inputs, back, optimize=True),
        back.sum(axis=(0, 1)),
        np.einsum("qfh,qf->h", hidden, slope, optimize=True),
        np.einsum("qfi,qf->i", inputs, slope, optimize=True),
    ]


def _adam(
    array: Floats, slope: Floats, moment: tuple[Floats, Floats], rate: float, step: int
) -> None:
    mean, square = moment
    mean += 0.1 * (slope - mean)
    square += 0.001 * (slope**2 - square)
    array -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
