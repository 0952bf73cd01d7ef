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
Packed = NDArray[np.int8]
_SCALE = 127 / 0.35
"""Components of a turned unit vector stay well within ±0.35; larger ones are clipped."""


class Vectors:
    """Known vectors as int8. Additions are seen by every holder; entries never change."""

    def __init__(self, known: Mapping[str, Packed] | None = None) -> None:
        self._known = dict(known or {})

    def __len__(self) -> int:
        return len(self._known)

    def add(self, texts: Sequence[str], vectors: Floats) -> None:
        self._known.update(zip(map(key_of, texts), packed(vectors), strict=True))

    def rows(self, texts: Sequence[str]) -> Packed:
        """A packed row per text, zeros for the unknown."""
        nothing = np.zeros(WIDTH, np.int8)
        rows = [self._known.get(key_of(text), nothing) for text in texts]
        return np.array(rows, np.int8).reshape(-1, WIDTH)

    def missing(self, texts: Iterable[str]) -> list[str]:
        return [text for text in dict.fromkeys(texts) if key_of(text) not in self._known]

    def save(self, target: Path | BinaryIO) -> None:
        keys = sorted(self._known)
        rows = np.array([self._known[key] for key in keys], np.int8).reshape(-1, WIDTH)
        np.savez_compressed(target, keys=np.array(keys), vectors=rows)

    @classmethod
    def load(cls, source: Path | BinaryIO) -> "Vectors":
        with np.load(source) as saved:
            return cls(dict(zip(saved["keys"].tolist(), saved["vectors"], strict=True)))


def packed(vectors: Floats) -> Packed:
    return np.asarray(np.clip(np.rint(vectors * _SCALE), -127, 127), np.int8)


def unpacked(rows: Packed) -> Floats:
    return np.asarray(rows.astype(np.float32) / np.float32(_SCALE), np.float32)


def key_of(text: str) -> str:
    """Content address of a phrase."""
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def shipped_vectors() -> Vectors:
    """Those of the sample city's phrases."""
    with (files("hotline.matching") / "vectors.npz").open("rb") as source:
        return Vectors.load(source)  # type: ignore[arg-type]
