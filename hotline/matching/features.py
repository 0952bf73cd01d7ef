"""How an utterance compares with each family of a short list: one row of numbers per family.

The names in `NAMES` are the contract with the learned weights: adding one means training again.
"""

from dataclasses import dataclass
from threading import local

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from hotline.matching.families import Field
from hotline.matching.grid import Grid, Laid, laid_both
from hotline.matching.shelf import Shelf
from hotline.matching.terms import (
    NO_TERM,
    Floats,
    Ids,
    Texts,
    laid_out,
    spoken,
    terms_of,
)
from hotline.matching.vectors import Packed, unpacked

_SHORT_LIST = 32
_ALIGNED_FAMILIES = 10
_ALIGNED_PHRASES = 4
_BLOCK = 65_536
_LAID_OUT_AHEAD = 2_000_000
"""Code points of a shelf whose terms are kept beside them, at 16 bytes each; those of a bigger
shelf are worked out for the short list of each utterance."""

_PER_ALPHABET = (
    "coverage", "closest", "second", "close3", "mean", "contained", "name", "summary", "keywords",
)  # fmt: skip
_ALIGNED = ("ratio", "partial")
_MEANING = ("center", "closest", "close3", "name", "summary")
BASE = (
    *(f"characters.{name}" for name in _PER_ALPHABET),
    *(f"syllables.{name}" for name in _PER_ALPHABET),
    *(f"characters.{name}" for name in _ALIGNED),
    *(f"syllables.{name}" for name in _ALIGNED),
    *(f"meaning.{name}" for name in _MEANING),
)
NAMES = (*BASE, *(f"{name}.behind" for name in BASE))
"""Each number, and how far it is behind the best of the short list."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, taken apart once."""

    text: str
    sound: str
    characters: Ids
    syllables: Ids
    meaning: Floats | None = None

    @classmethod
    def of(cls, text: str, meaning: Floats | None = None) -> "Heard":
        written = Texts.of([text])
        sounded = spoken(written)
        return cls(text, sounded.strings()[0], terms_of(written), terms_of(sounded), meaning)


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare every term is in the whole directory; shared by all shelves of a matcher."""

    characters: Floats
    syllables: Floats

    @classmethod
    def of(cls, shelf: Shelf) -> "Rarity":
        count = len(shelf.families)
        return cls(shelf.characters.rarity(count), shelf.syllables.rarity(count))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A shelf under the rarity in force, with the meanings of its phrases where they are known."""

    shelf: Shelf
    rarity: Rarity
    characters: Floats
    syllables: Floats
    """The weight of every phrase: the summed rarity of its terms."""
    laid_out: Laid | None
    """The terms of every phrase in both alphabets, where the shelf is small enough."""
    meanings: Packed | None = None
    centers: Floats | None = None

    @classmethod
    def of(cls, shelf: Shelf, rarity: Rarity, meanings: Packed | None = None) -> "Weighed":
        return cls(
            shelf,
            rarity,
            _weights(shelf.texts, rarity.characters),
            _weights(spoken(shelf.texts), rarity.syllables),
            _laid_out_ahead(shelf.texts),
            meanings,
            None if meanings is None else _centers(meanings, shelf),
        )


@dataclass(frozen=True, slots=True)
class ShortList:
    """The families worth comparing: their numbers on the shelf, and a row of BASE for each."""

    families: NDArray[np.intp]
    rows: Floats
    phrases: NDArray[np.intp]
    """The number of the phrase that came closest, per family."""


def shorten(heard: Heard, weighed: Weighed, covered: NDArray[np.bool_] | None = None) -> ShortList:
    """The families nearest to the utterance in any channel, measured; covered ones left out."""
    shelf, rarity = weighed.shelf, weighed.rarity
    count = len(shelf.families)
    characters = shelf.characters.scores(heard.characters, rarity.characters, count)
    syllables = shelf.syllables.scores(heard.syllables, rarity.syllables, count)
    near = characters + 0.7 * syllables
    if heard.meaning is not None and weighed.centers is not None:
        near = near + 2.0 * (weighed.centers @ heard.meaning)
    if covered is not None:
        near = np.where(covered, 0, near)
    families = _highest(near, _SHORT_LIST)
    families = families[near[families] > 0]
    if not len(families):
        return ShortList(families, np.zeros((0, len(BASE)), np.float32), families)
    return _measured(heard, weighed, families, (characters[families], syllables[families]))


def with_distances(rows: Floats) -> Floats:
    """Adds to each number how far it is behind the best row."""
    return np.hstack((rows, rows - rows.max(axis=0, keepdims=True))) if len(rows) else rows


def _highest(values: Floats, count: int) -> NDArray[np.intp]:
    """The places of the highest values, highest first; ties in the order of the directory."""
    if len(values) > 4 * count:
        line = np.partition(values, -count)[-count]
        places = np.flatnonzero(values >= line)
    else:
        places = np.arange(len(values))
    return places[np.argsort(-values[places], kind="stable")][:count]


def _measured(
    heard: Heard, weighed: Weighed, families: NDArray[np.intp], coverage: tuple[Floats, Floats]
) -> ShortList:
    grid = Grid.over(weighed.shelf, families, weighed.laid_out)
    said, sounded = (
        _compared(terms, grid, laid, rarity, weights[grid.phrases])
        for terms, laid, rarity, weights in (
            (heard.characters, grid.terms[0], weighed.rarity.characters, weighed.characters),
            (heard.syllables, grid.terms[1], weighed.rarity.syllables, weighed.syllables),
        )
    )
    close = grid.table(said.cosine + 0.7 * sounded.cosine)
    columns = [
        coverage[0], *said.columns(grid), coverage[1], *sounded.columns(grid),
        *_aligned(heard, grid, close), *_meant(heard, weighed, grid),
    ]  # fmt: skip
    rows = np.column_stack(columns).astype(np.float32)
    return ShortList(families, rows, grid.first + close.argmax(axis=1))


@dataclass(frozen=True, slots=True)
class _Compared:
    """Every phrase of the grid against the utterance, in one alphabet."""

    cosine: Floats
    of_utterance: Floats
    of_phrase: Floats

    def columns(self, grid: Grid) -> list[Floats]:
        return [
            *grid.closest(self.cosine),
            grid.mean(self.cosine),
            grid.highest(self._contained(), grid.asked),
            grid.best(self.cosine, Field.NAME),
            grid.best(self.of_utterance, Field.SUMMARY),
            grid.best(self.of_utterance, Field.KEYWORDS),
        ]

    def _contained(self) -> Floats:
        contained = np.zeros_like(self.of_phrase)
        shared = np.flatnonzero(self.of_phrase)
        contained[shared] = self.of_phrase[shared] ** 0.7 * self.of_utterance[shared] ** 0.3
        return contained


def _compared(heard: Ids, grid: Grid, terms: Ids, rarity: Floats, phrase: Floats) -> _Compared:
    """`phrase` is the whole weight of every phrase; only what is shared has to be looked up."""
    said = _marks()
    said[heard] = True
    places = np.flatnonzero(said.take(terms))
    said[heard] = False
    gains = rarity.take(terms.ravel().take(places))
    shared = np.bincount(grid.owners.take(places), gains, len(phrase)).astype(np.float32)
    utterance = max(float(rarity[heard].sum()), 1e-6)
    # A phrase may say a term twice that was heard once.
    of_utterance = np.minimum(shared / utterance, 1)
    return _Compared(
        np.minimum(shared / np.sqrt(utterance * phrase), 1), of_utterance, shared / phrase
    )


def _marks() -> NDArray[np.bool_]:
    """A mark per term, none set: kept by each thread, since a fresh megabyte is dear."""
    marks: NDArray[np.bool_] | None = getattr(_kept, "marks", None)
    if marks is None:
        _kept.marks = marks = np.zeros(NO_TERM + 1, np.bool_)
    return marks


_kept = local()


def _aligned(heard: Heard, grid: Grid, close: Floats) -> list[Floats]:
    """Edit-distance likeness with the closest phrases of the leading families."""
    columns = [np.zeros(len(grid.families), np.float32) for _ in range(4)]
    leading = np.argsort(-close.max(axis=1), kind="stable")[:_ALIGNED_FAMILIES]
    nearest = np.argsort(-close[leading], axis=1, kind="stable")[:, :_ALIGNED_PHRASES]
    # A family with fewer phrases than columns must not reach into the next one.
    within = np.minimum(nearest, grid.sizes[leading][:, None] - 1)
    chosen = grid.texts.picked((grid.begins[leading][:, None] + within).ravel())
    for offset, (said, texts) in enumerate(((heard.text, chosen), (heard.sound, spoken(chosen)))):
        phrases = texts.strings()
        for step, scorer in enumerate((fuzz.ratio, fuzz.partial_ratio)):
            likeness = process.cdist([said], phrases, scorer=scorer, dtype=np.float32)[0]
            best = likeness.reshape(len(leading), -1).max(axis=1) / 100
            columns[offset * 2 + step][leading] = best
    return columns


def _meant(heard: Heard, weighed: Weighed, grid: Grid) -> list[Floats]:
    if heard.meaning is None or weighed.meanings is None or weighed.centers is None:
        return [np.zeros(grid.shape[0], np.float32) for _ in _MEANING]
    near = unpacked(weighed.meanings[grid.phrases]) @ heard.meaning
    closest, _, close3 = grid.closest(near)
    return [
        weighed.centers[grid.families] @ heard.meaning,
        closest,
        close3,
        grid.best(near, Field.NAME),
        grid.best(near, Field.SUMMARY),
    ]


def _laid_out_ahead(texts: Texts) -> Laid | None:
    if len(texts.codes) > _LAID_OUT_AHEAD:
        return None
    return laid_both(texts)


def _weights(texts: Texts, rarity: Floats) -> Floats:
    weights = np.zeros(len(texts.starts) - 1, np.float32)
    counted = np.append(rarity, np.float32(0))
    for begin in range(0, len(weights), _BLOCK):
        part = texts.part(begin, min(begin + _BLOCK, len(weights)))
        summed = np.zeros(len(part.codes) + 1, np.float64)
        np.cumsum(counted[laid_out(part)].sum(axis=1), out=summed[1:])
        weights[begin : begin + len(part.starts) - 1] = np.diff(summed[part.starts])
    return np.maximum(weights, 1e-6)


def _centers(meanings: Packed, shelf: Shelf) -> Floats:
    """The middle of what people say for each family, as a unit vector."""
    centers = np.zeros((len(shelf.families), meanings.shape[1]), np.float32)
    asked = shelf.fields <= Field.ALIAS
    for number, (start, end) in enumerate(zip(shelf.starts, shelf.ends, strict=True)):
        centers[number] = unpacked(meanings[start:end][asked[start:end]]).sum(axis=0)
    lengths = np.linalg.norm(centers, axis=1, keepdims=True)
    return np.asarray(centers / np.maximum(lengths, 1e-6), np.float32)
