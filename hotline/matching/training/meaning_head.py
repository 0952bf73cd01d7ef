"""Learns the head that hears emergencies by meaning (`emergency_meaning.py`)."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotline.matching.emergency_ear import LINES
from hotline.matching.emergency_meaning import Head
from hotline.matching.meaning import shipped_turn
from hotline.matching.terms import Floats

CLASSES: tuple[str | None, ...] = (None, *LINES)
_PENALTY = 1e-5
_TURNS = 300
_CONSTANT = 0.3
"""The bias as one more component, about as long as the others are."""


def learn_head(
    vectors: Floats, lines: Sequence[str | None], importance: NDArray[np.floating[Any]]
) -> Head:
    """Penalized multinomial log-loss by accelerated gradient; the same rows, the same head."""
    constant = np.full((len(vectors), 1), _CONSTANT, np.float32)
    rows = np.hstack([vectors.astype(np.float32), constant])
    truth = np.eye(len(CLASSES), dtype=np.float32)[[CLASSES.index(line) for line in lines]]
    shares = (importance / importance.sum()).astype(np.float32)[:, None]
    steepest = 0.5 * float(np.linalg.eigvalsh((rows * shares).T @ rows)[-1]) + _PENALTY
    weights = ahead = np.zeros((rows.shape[1], len(CLASSES)), np.float32)
    for turn in range(_TURNS):
        slope = rows.T @ ((_softmax(rows @ ahead) - truth) * shares) + _PENALTY * ahead
        moved = ahead - slope / steepest
        ahead = moved + np.float32(turn / (turn + 3)) * (moved - weights)
        weights = moved
    bias = np.asarray(weights[-1] * _CONSTANT, np.float32)
    return Head(np.asarray(weights[:-1], np.float32), bias, turn_digest())


def save_head(head: Head, target: Path) -> None:
    np.savez_compressed(
        target,
        matrix=head.matrix.astype(np.float16),
        bias=head.bias.astype(np.float16),
        turn=np.array(head.turn),
    )


def turn_digest() -> str:
    """Names the vectors: another turn makes others, and then the head must be learned anew."""
    middle, matrix = shipped_turn()
    return blake2b(middle.tobytes() + matrix.tobytes(), digest_size=8).hexdigest()


def kept_vectors(kept: Path, texts: Sequence[str], embed: Callable[[str], Floats]) -> Floats:
    """A row per text; those worked out before with the same turn are read from `kept`."""
    known: dict[str, Floats] = {}
    if kept.exists():
        with np.load(kept) as saved:
            if str(saved["turn"]) == turn_digest():
                known = dict(zip(saved["texts"].tolist(), saved["vectors"], strict=True))
    known |= {text: embed(text) for text in dict.fromkeys(texts) if text not in known}
    kept.parent.mkdir(parents=True, exist_ok=True)
    rows = np.array(list(known.values()), np.float32)
    np.savez(kept, texts=np.array(list(known)), vectors=rows, turn=np.array(turn_digest()))
    return np.array([known[text] for text in texts], np.float32)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
