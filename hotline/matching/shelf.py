"""An immutable index over families: who shares terms with an utterance, at any size.

All phrases lie in one array of code points, a family's next to one another and its details last;
what a short list needs of them is worked out per utterance. Only the postings are stored, over
hashed terms, so that building is counting and sorting in blocks, and a second small shelf can stand
beside a big one without a common vocabulary.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Family, Worded
from hotline.matching.terms import BUCKETS, Floats, Ids, Texts, grams, spoken

_SATURATION = 1.2
_FIELD_WEIGHT = np.array([2.0, 1.0, 1.0, 0.6, 0.3], np.float32)
_STEP = 0.01
"""Weights are kept as bytes of this step; saturation keeps them below 2.2."""
_MOST_POSTINGS = 400_000
"""Postings read for one utterance; the commonest terms are left out beyond it."""
_BLOCK = 4_096


@dataclass(frozen=True, slots=True)
class Postings:
    """For every term the families that use it, with a saturated field-weighted frequency."""

    starts: NDArray[np.int64]
    families: Ids
    weights: NDArray[np.uint8]

    @classmethod
    def of(cls, blocks: deque["_Block"]) -> "Postings":
        """Blocks in the order of the families, sorted by term in themselves; used up."""
        counts = np.zeros(BUCKETS, np.int64)
        for block in blocks:
            counts += np.bincount(block.terms, minlength=BUCKETS)
        starts = np.concatenate(([0], np.cumsum(counts)))
        families = np.empty(int(starts[-1]), np.int32)
        weights = np.empty(int(starts[-1]), np.uint8)
        free = starts[:-1].copy()
        while blocks:
            block = blocks.popleft()
            sizes = np.bincount(block.terms, minlength=BUCKETS)
            begins = np.cumsum(sizes) - sizes
            places = free[block.terms] + np.arange(len(block.terms)) - begins[block.terms]
            families[places] = block.families.astype(np.int32) + block.begin
            weights[places] = block.weights
            free += sizes
        return cls(starts, families, weights)

    def rarity(self, count: int) -> Floats:
        """Inverse document frequency of every term, 0 for one that all families use."""
        frequency = np.diff(self.starts)
        return np.log1p((count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

    def sharing(self, terms: Ids) -> Ids:
        """The families that use the rarest of the terms: all that use every one are among them."""
        sizes = self.starts[terms + 1] - self.starts[terms]
        rarest = terms[np.argmin(sizes)]
        return self.families[self.starts[rarest] : self.starts[rarest + 1]]

    def scores(self, terms: Ids, rarity: Floats, count: int) -> Floats:
        """How much of the utterance every family covers, about 0-1.5."""
        sizes = self.starts[terms + 1] - self.starts[terms]
        order = np.argsort(sizes, kind="stable")
        kept = order[np.cumsum(sizes[order]) <= _MOST_POSTINGS]
        picked = ranges(self.starts[terms[kept]], sizes[kept])
        gains = self.weights[picked] * np.repeat(rarity[terms[kept]] * _STEP, sizes[kept])
        total = np.bincount(self.families[picked], gains, minlength=count)
        return (total / max(float(rarity[terms].sum()), 1e-6)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Families with their phrases; those of family `f` are `starts[f]` up to `ends[f]`."""

    families: tuple[Family, ...]
    places: Mapping[str, int]
    """The number of every family by its key."""
    texts: Texts
    fields: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    characters: Postings
    syllables: Postings

    @classmethod
    def build(cls, worded: Iterable[Worded]) -> "Shelf":
        families: list[Family] = []
        phrases: list[str] = []
        kinds = bytearray()
        sizes = [0]
        for one in worded:
            laid = one.laid_out()
            families.append(one.family)
            phrases += map(attrgetter("text"), laid)
            kinds += bytes(map(attrgetter("field"), laid))
            sizes.append(len(laid))
        bounds, texts = np.cumsum(sizes), Texts.of(phrases)
        fields = np.frombuffer(bytes(kinds), np.uint8)
        del phrases
        return cls(
            families=tuple(families),
            places={family.key: number for number, family in enumerate(families)},
            texts=texts,
            fields=fields,
            starts=bounds[:-1],
            ends=bounds[1:] - 1,
            characters=Postings.of(deque(_blocks(texts, fields, bounds))),
            syllables=Postings.of(deque(_blocks(spoken(texts), fields, bounds))),
        )

    def phrase(self, number: int) -> str:
        return self.texts.string(number)

    def compared(self) -> list[str]:
        """Every phrase that an utterance is compared with, in order."""
        return [self.phrase(number) for number in self.compared_numbers()]

    def compared_numbers(self) -> list[int]:
        return [int(number) for number in ranges(self.starts, self.ends - self.starts)]


@dataclass(frozen=True, slots=True)
class _Block:
    """Distinct (term, family) of a run of families, sorted by term."""

    begin: int
    terms: Ids
    families: NDArray[np.uint16]
    """Counted from `begin`."""
    weights: NDArray[np.uint8]


def _blocks(texts: Texts, fields: NDArray[np.uint8], bounds: NDArray[np.int64]) -> Iterator[_Block]:
    count = len(bounds) - 1
    for begin in range(0, count, _BLOCK):
        end = min(begin + _BLOCK, count)
        first, last = int(bounds[begin]), int(bounds[end])
        phrase, terms = grams(texts.part(first, last))
        owner = np.repeat(np.arange(end - begin), np.diff(bounds[begin : end + 1]))
        keys = (terms.astype(np.int64) << 32) | owner[phrase]
        order = np.argsort(keys)
        keys, weights = keys[order], _FIELD_WEIGHT[fields[first:last]][phrase][order]
        heads = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        summed = np.add.reduceat(weights, heads) if len(heads) else weights
        saturated = summed * (_SATURATION + 1) / (summed + _SATURATION)
        yield _Block(
            begin,
            (keys[heads] >> 32).astype(np.int32),
            (keys[heads] & 0xFFFF).astype(np.uint16),
            np.rint(saturated / _STEP).astype(np.uint8),
        )


def ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """All the numbers of [start, start + size) for each pair, one after another."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + sizes, sizes)
