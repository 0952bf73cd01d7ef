"""The whole training: vectors, frames, networks, cross-validation, calibration, one file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Worded
from hotline.matching.rank import SIGNS, Network
from hotline.matching.terms import Floats
from hotline.matching.training.calibrate import (
    answer_line,
    calibrate,
    expected_error,
    lines_of,
    signs,
)
from hotline.matching.training.frames import Embed, Frames, Question, held_out, measure
from hotline.matching.training.network import fit

_FOLDS = 5
_DEVELOPMENT = 3.0
"""A development utterance counts as much as this many held-out phrases."""
_PRECISION = 0.975


@dataclass(frozen=True, slots=True)
class Lesson:
    """What to learn from; development questions are never in the index."""

    families: Sequence[Worded]
    development: Sequence[Question]
    recognized: Sequence[Question]
    outside: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights as JSON, and what cross-validation says about them."""

    weights: Mapping[str, Any]
    report: str


def learn(lesson: Lesson, embed: Embed | None) -> Learned:
    phrases = held_out(lesson.families, _FOLDS, embed, Random(5))  # noqa: S311 - a seed, no secret
    spoken = measure(lesson.families, [*lesson.development, *lesson.recognized], embed)
    outside = measure(lesson.families, lesson.outside, embed)
    folds = _folds([*lesson.development, *lesson.recognized])
    crossed, strangers = _cross_validated(phrases, spoken, outside, folds)
    count = len(lesson.development)
    found, right = signs(spoken, crossed)
    strange, _ = signs(outside, strangers)
    weights = np.concatenate((np.ones(len(found)), np.full(len(strange), 0.6)))
    labels = np.concatenate((right, np.zeros(len(strange), np.bool_)))
    line = calibrate(np.vstack((found, strange)), labels, weights)
    sure = line.confidence(found)
    threshold = answer_line(sure[:count], right[:count], line.confidence(strange),
                            precision=_PRECISION)  # fmt: skip
    network = _fit(phrases, spoken, np.ones(len(folds), np.bool_))
    places, said = ranks(spoken, crossed), sure[:count] >= threshold
    return Learned(
        weights={
            "order": _rounded(network),
            "temperature": 1.0,
            "sure": dict(zip(SIGNS, np.round(line.sure, 4).tolist(), strict=True)),
            "bias": round(line.bias, 4),
            "thresholds": lines_of(threshold),
        },
        report=json.dumps(
            {
                "development": accuracy(places[:count]),
                "recognized": accuracy(places[count:]),
                "answered": round(float(said.mean()), 3),
                "answered right": round(float(right[:count][said].mean()), 3),
                "calibration error": round(expected_error(sure[:count], right[:count]), 3),
            }
        ),
    )


def outside_questions(prepare: Any) -> list[Question]:
    """Sentences that nothing in the directory answers (`out_of_scope.txt`)."""
    listing = files("hotline.matching.training") / "out_of_scope.txt"
    lines = listing.read_text(encoding="utf-8").splitlines()
    return [Question(prepare(line), frozenset()) for line in lines if line[:1] not in ("#", "")]


def _folds(questions: Sequence[Question]) -> NDArray[np.int64]:
    """Questions about one family share a fold, so that nothing about it was seen in training."""
    return np.array([crc32(min(q.keys, default=q.text).encode()) % _FOLDS for q in questions])


def _cross_validated(
    phrases: Frames, spoken: Frames, outside: Frames, folds: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    crossed = np.full(spoken.listed.shape, -1e9, np.float32)
    strangers = np.zeros((_FOLDS, *outside.listed.shape), np.float32)
    for fold in range(_FOLDS):
        network = _fit(phrases, spoken, folds != fold)
        crossed[folds == fold] = _scores(network, spoken.only(folds == fold))
        strangers[fold] = _scores(network, outside)
    return crossed, strangers.mean(axis=0)


def _fit(phrases: Frames, spoken: Frames, chosen: NDArray[np.bool_]) -> Network:
    joined = Frames.joined([phrases, spoken.only(chosen)])
    weights = np.concatenate(
        (np.ones(len(phrases.lengths)), np.full(int(chosen.sum()), _DEVELOPMENT))
    )
    return fit(joined, weights.astype(np.float32))


def _scores(network: Network, frames: Frames) -> Floats:
    return np.where(frames.listed, network.scores(frames.rows), -1e9).astype(np.float32)


def _rounded(network: Network) -> dict[str, Any]:
    names = ("shift", "scale", "first", "bias", "second", "skip")
    return {name: np.round(getattr(network, name), 4).tolist() for name in names}


def ranks(frames: Frames, scores: Floats) -> NDArray[np.int64]:
    """The place of the first right family of every question, 99 where none is listed."""
    order = np.argsort(-scores, axis=1, kind="stable")
    right = np.take_along_axis(frames.right, order, axis=1)
    return np.where(right.any(axis=1), right.argmax(axis=1), 99)


def accuracy(places: NDArray[np.int64]) -> dict[str, float]:
    return {f"top-{top}": round(float((places < top).mean()), 3) for top in (1, 3, 10)}
