"""Text as arrays of hashed terms.

Everything the index counts is an n-gram over one of two alphabets: characters, and syllables
folded by the confusions of northern accents and of recognizers. Terms are hashed into a fixed
number of buckets, so that no vocabulary has to be built, shared or changed when an entry changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hotline.matching.pinyin import syllables

BUCKETS = 1 << 20
NO_TERM = BUCKETS
"""Stands where no term begins."""
_LENGTHS = (1, 2)
LENGTHS = len(_LENGTHS)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - 20)

Codes = NDArray[np.uint32]
Ids = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Texts:
    """Many phrases in one array of code points; `starts` has one more item than phrases."""

    codes: Codes
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, phrases: Sequence[str]) -> "Texts":
        lengths = np.fromiter(map(len, phrases), np.int64, len(phrases))
        starts = np.concatenate(([0], np.cumsum(lengths)))
        joined = "".join(phrases).encode("utf-32-le", errors="replace")
        return cls(np.frombuffer(joined, dtype="<u4"), starts)

    def part(self, first: int, last: int) -> "Texts":
        """The phrases from `first` up to `last`, without copying their code points."""
        starts = self.starts[first : last + 1]
        return Texts(self.codes[starts[0] : starts[-1]], starts - starts[0])

    def picked(self, phrases: NDArray[np.int64]) -> "Texts":
        """Some of the phrases, in the order given."""
        where, starts = self.places(phrases)
        return Texts(self.codes[where], starts)

    def places(self, phrases: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the code points of some phrases lie, and where each of these begins among them."""
        begins = self.starts[phrases]
        sizes = self.starts[phrases + 1] - begins
        starts = np.concatenate(([0], np.cumsum(sizes)))
        return np.arange(starts[-1]) + np.repeat(begins - starts[:-1], sizes), starts

    def owners(self) -> Ids:
        """The phrase number of every code point."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    def string(self, phrase: int) -> str:
        codes = self.codes[self.starts[phrase] : self.starts[phrase + 1]]
        return codes.tobytes().decode("utf-32-le", errors="replace")

    def strings(self) -> tuple[str, ...]:
        whole = self.codes.tobytes().decode("utf-32-le", errors="replace")
        return tuple(whole[a:b] for a, b in pairwise(self.starts.tolist()))


def spoken(texts: Texts) -> Texts:
    """The same phrases as folded syllables, one code for one character."""
    return Texts(syllables(texts.codes), texts.starts)


def laid_out(texts: Texts) -> Ids:
    """A row per code point: the term of each length that begins there, NO_TERM where none does.

    The same terms as `grams`, laid out so that they can be summed by phrase without sorting.
    """
    owner = texts.owners()
    laid = np.full((len(owner), LENGTHS), NO_TERM, np.int32)
    for column, length in enumerate(_LENGTHS):
        last = max(0, len(owner) - length + 1)
        whole = owner[:last] == owner[length - 1 :]
        laid[:last, column][whole] = _hashed(texts.codes, length)[whole]
    return laid


def grams(texts: Texts) -> tuple[Ids, Ids]:
    """(owner, term) of every n-gram inside one phrase, duplicates included."""
    owner = texts.owners()
    owners, terms = [], []
    for length in _LENGTHS:
        last = max(0, len(owner) - length + 1)
        whole = owner[:last] == owner[length - 1 :]
        owners.append(owner[:last][whole])
        terms.append(_hashed(texts.codes, length)[whole])
    return np.concatenate(owners), np.concatenate(terms)


def terms_of(text: Texts) -> Ids:
    """The distinct terms of a single phrase, in order."""
    return np.unique(np.concatenate([_hashed(text.codes, length) for length in _LENGTHS]))


def _hashed(codes: Codes, length: int) -> Ids:
    last = max(0, len(codes) - length + 1)
    mixed = np.full(last, length, np.uint64) * _MIX
    for offset in range(length):
        mixed = (mixed ^ codes[offset : offset + last]) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return ((mixed * _MIX) >> _SHIFT).astype(np.int32)
