"""An immutable index over families: who shares terms with an utterance, and how closely.

`Postings` answer "which families at all" at any size; `Forward` compares the utterance with every
phrase of the few that are left. Both are flat numpy arrays over hashed terms, so that building is
sorting, and a second small shelf can stand beside a big one without a common vocabulary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Family, Field
from hotline.matching.terms import BUCKETS, Floats, Ids, Texts, grams, spoken

_SATURATION = 1.2
_FIELD_WEIGHT = np.array([2.0, 1.0, 1.0, 0.6, 0.3], np.float32)
_MOST_POSTINGS = 400_000
"""Postings read for one utterance; the commonest terms are left out beyond it."""


@dataclass(frozen=True, slots=True)
class Forward:
    """The distinct terms of every phrase."""

    starts: NDArray[np.int64]
    terms: Ids

    @classmethod
    def of(cls, owners: Ids, terms: Ids, count: int) -> "Forward":
        keys = np.unique(_keys(owners, terms))
        sizes = np.bincount(keys >> 20, minlength=count)
        return cls(np.concatenate(([0], np.cumsum(sizes))), (keys & (BUCKETS - 1)).astype(np.int32))

    def weights(self, rarity: Floats) -> Floats:
        """The summed rarity of the terms of every phrase."""
        return _segment_sums(rarity[self.terms], self.starts)


@dataclass(frozen=True, slots=True)
class Postings:
    """For every term the families that use it, with a saturated field-weighted frequency."""

    starts: NDArray[np.int64]
    families: Ids
    weights: Floats

    @classmethod
    def of(cls, families: Ids, terms: Ids, weights: Floats) -> "Postings":
        keys, inverse = np.unique(_keys(terms, families), return_inverse=True)
        summed = np.bincount(inverse, weights, minlength=len(keys)).astype(np.float32)
        counts = np.bincount(keys >> 20, minlength=BUCKETS)
        starts = np.concatenate(([0], np.cumsum(counts)))
        saturated = summed * (_SATURATION + 1) / (summed + _SATURATION)
        return cls(starts, (keys & (BUCKETS - 1)).astype(np.int32), saturated)

    def rarity(self, count: int) -> Floats:
        """Inverse document frequency of every term, 0 for one that all families use."""
        frequency = np.diff(self.starts)
        return np.log1p((count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)

    def scores(self, terms: Ids, rarity: Floats, count: int) -> Floats:
        """How much of the utterance every family covers, about 0-1.5."""
        sizes = self.starts[terms + 1] - self.starts[terms]
        order = np.argsort(sizes, kind="stable")
        kept = order[np.cumsum(sizes[order]) <= _MOST_POSTINGS]
        picked = ranges(self.starts[terms[kept]], sizes[kept])
        gains = self.weights[picked] * np.repeat(rarity[terms[kept]], sizes[kept])
        total = np.bincount(self.families[picked], gains, minlength=count)
        return (total / max(float(rarity[terms].sum()), 1e-6)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """One way of writing all phrases: as characters, or as folded syllables."""

    strings: tuple[str, ...]
    forward: Forward
    postings: Postings


@dataclass(frozen=True, slots=True)
class Shelf:
    """Families with their phrases; phrase `i` of family `f` is `starts[f] + i`."""

    families: tuple[Family, ...]
    starts: NDArray[np.int64]
    fields: NDArray[np.uint8]
    originals: tuple[str, ...]
    places: Mapping[str, int]
    """The number of every family by its key."""
    characters: Alphabet
    syllables: Alphabet

    @classmethod
    def build(cls, families: Sequence[Family]) -> "Shelf":
        compared = [[p for p in f.phrases if p.field != Field.DETAILS] for f in families]
        phrases = [phrase for group in compared for phrase in group]
        sizes = np.fromiter((len(group) for group in compared), np.int64, len(compared))
        texts = Texts.of([phrase.text for phrase in phrases])
        details = Texts.of([_details(family) for family in families])
        fields = np.array([phrase.field for phrase in phrases], np.uint8)
        owner = np.repeat(np.arange(len(families), dtype=np.int32), sizes)
        return cls(
            families=tuple(families),
            starts=np.concatenate(([0], np.cumsum(sizes))),
            fields=fields,
            originals=tuple(phrase.original for phrase in phrases),
            places={family.key: number for number, family in enumerate(families)},
            characters=_alphabet(texts, details, owner, fields),
            syllables=_alphabet(spoken(texts), spoken(details), owner, fields),
        )


def _alphabet(texts: Texts, details: Texts, owner: Ids, fields: NDArray[np.uint8]) -> Alphabet:
    phrase, term = grams(texts)
    family, detail_term = grams(details)
    weights = _FIELD_WEIGHT[fields][phrase]
    detail_weights = np.full(len(family), _FIELD_WEIGHT[Field.DETAILS], np.float32)
    return Alphabet(
        strings=texts.strings(),
        forward=Forward.of(phrase, term, len(fields)),
        postings=Postings.of(
            np.concatenate((owner[phrase], family)),
            np.concatenate((term, detail_term)),
            np.concatenate((weights, detail_weights)),
        ),
    )


def _details(family: Family) -> str:
    return "".join(p.text for p in family.phrases if p.field == Field.DETAILS)


def _keys(high: Ids, low: Ids) -> NDArray[np.int64]:
    return (high.astype(np.int64) << 20) | low


def ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """All the numbers of [start, start + size) for each pair, one after another."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - ends + sizes, sizes)


def _segment_sums(values: Floats, starts: NDArray[np.int64]) -> Floats:
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return (sums[starts[1:]] - sums[starts[:-1]]).astype(np.float32)
