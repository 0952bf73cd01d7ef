"""Vectors by the content of their phrase: shipped for the sample city, kept for the others."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from hotline.matching.terms import Floats

WIDTH = 384
_SCALE = 127 / 0.35
"""Components of a turned unit vector stay well within ±0.35; larger ones are clipped."""


class Vectors:
    """Known vectors as int8. Additions are seen by every holder; entries never change."""

    def __init__(self, known: Mapping[str, NDArray[np.int8]] | None = None) -> None:
        self._known = dict(known or {})

    def __len__(self) -> int:
        return len(self._known)

    def add(self, texts: Sequence[str], vectors: Floats) -> None:
        packed = np.clip(np.rint(vectors * _SCALE), -127, 127).astype(np.int8)
        self._known.update(zip(map(key_of, texts), packed, strict=True))

    def rows(self, texts: Sequence[str]) -> Floats:
        """A unit row per text, zeros for the unknown."""
        nothing = np.zeros(WIDTH, np.int8)
        packed = [self._known.get(key_of(text), nothing) for text in texts]
        rows = np.array(packed, np.float32).reshape(-1, WIDTH)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-6), np.float32)

    def missing(self, texts: Iterable[str]) -> list[str]:
        return [text for text in dict.fromkeys(texts) if key_of(text) not in self._known]

    def save(self, target: Path | BinaryIO) -> None:
        keys = sorted(self._known)
        packed = np.array([self._known[key] for key in keys], np.int8).reshape(-1, WIDTH)
        np.savez_compressed(target, keys=np.array(keys), vectors=packed)

    @classmethod
    def load(cls, source: Path | BinaryIO) -> "Vectors":
        with np.load(source) as saved:
            return cls(dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True)))


def key_of(text: str) -> str:
    """Content address of a phrase."""
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def shipped_vectors() -> Vectors:
    """Those of the sample city's phrases."""
    with (files("hotline.matching") / "vectors.npz").open("rb") as source:
        return Vectors.load(source)  # type: ignore[arg-type]
