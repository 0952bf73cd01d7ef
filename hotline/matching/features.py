"""How an utterance compares with each family of a short list: one row of numbers per family.

The names in `NAMES` are the contract with the learned weights: adding one means training again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from hotline.matching.families import Field
from hotline.matching.shelf import Shelf, ranges
from hotline.matching.terms import BUCKETS, Floats, Ids, Texts, positions, spoken, terms_of
from hotline.matching.vectors import Packed, unpacked

_SHORT_LIST = 40
_ALIGNED_FAMILIES = 16
_ALIGNED_PHRASES = 5
_BLOCK = 65_536

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
    meanings: Packed | None = None
    centers: Floats | None = None

    @classmethod
    def of(cls, shelf: Shelf, rarity: Rarity, meanings: Packed | None = None) -> "Weighed":
        return cls(
            shelf,
            rarity,
            _weights(shelf.texts, rarity.characters),
            _weights(spoken(shelf.texts), rarity.syllables),
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
    grid = _Grid.over(weighed.shelf, families)
    sounds = spoken(grid.texts)
    rarity, weights = weighed.rarity, weighed.characters[grid.phrases]
    written = _compared(heard.characters, grid.texts, rarity.characters, weights)
    weights = weighed.syllables[grid.phrases]
    sounded = _compared(heard.syllables, sounds, rarity.syllables, weights)
    close = grid.table(written.cosine + 0.7 * sounded.cosine)
    columns = [
        coverage[0], *written.columns(grid), coverage[1], *sounded.columns(grid),
        *_aligned(heard, grid, sounds, close), *_meant(heard, weighed, grid),
    ]  # fmt: skip
    rows = np.column_stack(columns).astype(np.float32)
    return ShortList(families, rows, grid.first + close.argmax(axis=1))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The phrases of the short list, flat, and as a table with a row per family."""

    families: NDArray[np.intp]
    phrases: NDArray[np.intp]
    texts: Texts
    first: NDArray[np.intp]
    sizes: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    fields: NDArray[np.uint8]

    @classmethod
    def over(cls, shelf: Shelf, families: NDArray[np.intp]) -> "_Grid":
        first = shelf.starts[families]
        sizes = shelf.ends[families] - first
        phrases = ranges(first, sizes)
        row = np.repeat(np.arange(len(families)), sizes)
        return cls(
            families=families,
            phrases=phrases,
            texts=shelf.texts.picked(phrases),
            first=first,
            sizes=sizes,
            row=row,
            column=phrases - first[row],
            fields=shelf.fields[phrases],
        )

    @property
    def shape(self) -> tuple[int, int]:
        # At least three columns: the second and third closest are zero where there are none.
        return len(self.families), max(3, int(self.sizes.max(initial=0)))

    def table(self, values: Floats, wanted: NDArray[np.bool_] | None = None) -> Floats:
        table = np.zeros(self.shape, np.float32)
        table[self.row, self.column] = values if wanted is None else np.where(wanted, values, 0)
        return table

    def best(self, values: Floats, field: Field) -> Floats:
        best: Floats = self.table(values, self.fields == field).max(axis=1, initial=0)
        return best

    def count(self, wanted: NDArray[np.bool_]) -> Floats:
        """How many of the wanted phrases each family has, at least 1."""
        counted = np.bincount(self.row, wanted, minlength=self.shape[0])
        return np.maximum(counted, 1).astype(np.float32)

    def asked(self) -> NDArray[np.bool_]:
        """Phrases that people say: names and aliases."""
        return self.fields <= Field.ALIAS


@dataclass(frozen=True, slots=True)
class _Compared:
    """Every phrase of the grid against the utterance, in one alphabet."""

    cosine: Floats
    of_utterance: Floats
    of_phrase: Floats

    def columns(self, grid: _Grid) -> list[Floats]:
        asked = grid.asked()
        ordered = np.sort(grid.table(self.cosine, asked), axis=1)[:, ::-1]
        contained = self.of_phrase**0.7 * self.of_utterance**0.3
        return [
            ordered[:, 0],
            ordered[:, 1],
            ordered[:, :3].mean(axis=1),
            ordered.sum(axis=1) / grid.count(asked),
            grid.table(contained, asked).max(axis=1, initial=0),
            grid.best(self.cosine, Field.NAME),
            grid.best(self.of_utterance, Field.SUMMARY),
            grid.best(self.of_utterance, Field.KEYWORDS),
        ]


def _compared(heard: Ids, texts: Texts, rarity: Floats, phrase: Floats) -> _Compared:
    """`phrase` is the whole weight of every phrase; only what is shared has to be looked up."""
    said = np.zeros(BUCKETS, np.bool_)
    said[heard] = True
    owner = texts.owners()
    shared = np.zeros(len(phrase), np.float32)
    for terms, whole in positions(texts):
        hits = np.flatnonzero(said[terms] & whole)
        shared += np.bincount(owner[hits], rarity[terms[hits]], minlength=len(phrase))
    utterance = max(float(rarity[heard].sum()), 1e-6)
    # A phrase may say a term twice that was heard once.
    of_utterance = np.minimum(shared / utterance, 1)
    return _Compared(
        np.minimum(shared / np.sqrt(utterance * phrase), 1), of_utterance, shared / phrase
    )


def _aligned(heard: Heard, grid: _Grid, sounds: Texts, close: Floats) -> list[Floats]:
    """Edit-distance likeness with the closest phrases of the leading families."""
    columns = [np.zeros(len(grid.families), np.float32) for _ in range(4)]
    leading = np.argsort(-close.max(axis=1), kind="stable")[:_ALIGNED_FAMILIES]
    nearest = np.argsort(-close[leading], axis=1, kind="stable")[:, :_ALIGNED_PHRASES]
    # A family with fewer phrases than columns must not reach into the next one.
    within = np.minimum(nearest, grid.sizes[leading][:, None] - 1)
    chosen = ((np.cumsum(grid.sizes) - grid.sizes)[leading][:, None] + within).ravel()
    for offset, (said, texts) in enumerate(((heard.text, grid.texts), (heard.sound, sounds))):
        phrases = texts.picked(chosen).strings()
        for step, scorer in enumerate((fuzz.ratio, fuzz.partial_ratio)):
            likeness = process.cdist([said], phrases, scorer=scorer, dtype=np.float32)[0]
            best = likeness.reshape(len(leading), -1).max(axis=1) / 100
            columns[offset * 2 + step][leading] = best
    return columns


def _meant(heard: Heard, weighed: Weighed, grid: _Grid) -> list[Floats]:
    if heard.meaning is None or weighed.meanings is None or weighed.centers is None:
        return [np.zeros(grid.shape[0], np.float32) for _ in _MEANING]
    near = unpacked(weighed.meanings[grid.phrases]) @ heard.meaning
    ordered = np.sort(grid.table(near, grid.asked()), axis=1)[:, ::-1]
    return [
        weighed.centers[grid.families] @ heard.meaning,
        ordered[:, 0],
        ordered[:, :3].mean(axis=1),
        grid.best(near, Field.NAME),
        grid.best(near, Field.SUMMARY),
    ]


def _weights(texts: Texts, rarity: Floats) -> Floats:
    weights = np.zeros(len(texts.starts) - 1, np.float32)
    for begin in range(0, len(weights), _BLOCK):
        part = texts.part(begin, min(begin + _BLOCK, len(weights)))
        summed = np.zeros(len(part.codes) + 1, np.float64)
        for terms, whole in positions(part):
            summed[1 : len(terms) + 1] += rarity[terms] * whole
        summed = np.cumsum(summed)
        ends = summed[part.starts]
        weights[begin : begin + len(ends) - 1] = np.diff(ends)
    return np.maximum(weights, 1e-6)


def _centers(meanings: Packed, shelf: Shelf) -> Floats:
    """The middle of what people say for each family, as a unit vector."""
    centers = np.zeros((len(shelf.families), meanings.shape[1]), np.float32)
    asked = shelf.fields <= Field.ALIAS
    for number, (start, end) in enumerate(zip(shelf.starts, shelf.ends, strict=True)):
        centers[number] = unpacked(meanings[start:end][asked[start:end]]).sum(axis=0)
    lengths = np.linalg.norm(centers, axis=1, keepdims=True)
    return np.asarray(centers / np.maximum(lengths, 1e-6), np.float32)
