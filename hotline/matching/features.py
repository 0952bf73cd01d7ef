"""How an utterance compares with each family of a short list: one row of numbers per family.

The names in `NAMES` are the contract with the learned weights: adding one means training again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from hotline.matching.families import Field
from hotline.matching.shelf import Alphabet, Shelf, ranges
from hotline.matching.terms import BUCKETS, Floats, Ids, Texts, spoken, terms_of

_SHORT_LIST = 48
_ALIGNED_FAMILIES = 20
_ALIGNED_PHRASES = 6

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
        return cls(shelf.characters.postings.rarity(count), shelf.syllables.postings.rarity(count))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A shelf with the weight of each phrase under the rarity in force, and its meanings."""

    shelf: Shelf
    rarity: Rarity
    characters: Floats
    syllables: Floats
    meanings: Floats | None = None
    centers: Floats | None = None

    @classmethod
    def of(cls, shelf: Shelf, rarity: Rarity, meanings: Floats | None = None) -> "Weighed":
        centers = None if meanings is None else _centers(meanings, shelf)
        return cls(
            shelf,
            rarity,
            shelf.characters.forward.weights(rarity.characters),
            shelf.syllables.forward.weights(rarity.syllables),
            meanings,
            centers,
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
    characters = _coverage(
        heard.characters, weighed.shelf.characters, weighed.rarity.characters, weighed
    )
    syllables = _coverage(
        heard.syllables, weighed.shelf.syllables, weighed.rarity.syllables, weighed
    )
    near = characters + 0.7 * syllables
    if heard.meaning is not None and weighed.centers is not None:
        near = near + 2.0 * (weighed.centers @ heard.meaning)
    if covered is not None:
        near = np.where(covered, 0, near)
    families = np.argsort(-near, kind="stable")[:_SHORT_LIST]
    families = families[near[families] > 0]
    return _measured(heard, weighed, families, (characters[families], syllables[families]))


def with_distances(rows: Floats) -> Floats:
    """Adds to each number how far it is behind the best row."""
    return np.hstack((rows, rows - rows.max(axis=0, keepdims=True))) if len(rows) else rows


def _coverage(terms: Ids, alphabet: Alphabet, rarity: Floats, weighed: Weighed) -> Floats:
    return alphabet.postings.scores(terms, rarity, len(weighed.shelf.families))


def _measured(
    heard: Heard, weighed: Weighed, families: NDArray[np.intp], coverage: tuple[Floats, Floats]
) -> ShortList:
    shelf = weighed.shelf
    grid = _Grid.over(shelf, families)
    written = _compared(
        heard.characters, shelf.characters, weighed.rarity.characters, weighed.characters, grid
    )
    sounded = _compared(
        heard.syllables, shelf.syllables, weighed.rarity.syllables, weighed.syllables, grid
    )
    close = grid.table(written.cosine + 0.7 * sounded.cosine)
    columns = [
        coverage[0], *written.columns(grid), coverage[1], *sounded.columns(grid),
        *_aligned(heard, shelf, grid, close), *_meant(heard, weighed, grid),
    ]  # fmt: skip
    rows = np.column_stack(columns).astype(np.float32) if len(families) else _nothing()
    closest = grid.first + close.argmax(axis=1) if len(families) else families
    return ShortList(families, rows, closest)


def _nothing() -> Floats:
    return np.zeros((0, len(BASE)), np.float32)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The phrases of the short list, flat, and as a table with a row per family."""

    families: NDArray[np.intp]
    phrases: NDArray[np.intp]
    first: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    fields: NDArray[np.uint8]
    shape: tuple[int, int]

    @classmethod
    def over(cls, shelf: Shelf, families: NDArray[np.intp]) -> "_Grid":
        first = shelf.starts[families]
        sizes = shelf.starts[families + 1] - first
        phrases = ranges(first, sizes)
        row = np.repeat(np.arange(len(families)), sizes)
        widest = int(sizes.max()) if len(sizes) else 0
        return cls(
            families,
            phrases,
            first,
            row,
            phrases - first[row],
            shelf.fields[phrases],
            (len(families), widest),
        )

    def table(self, values: Floats, wanted: NDArray[np.bool_] | None = None) -> Floats:
        table = np.zeros(self.shape, np.float32)
        table[self.row, self.column] = values if wanted is None else np.where(wanted, values, 0)
        return table

    def best(self, values: Floats, field: Field) -> Floats:
        return self.table(values, self.fields == field).max(axis=1, initial=0)

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


def _compared(
    terms: Ids, alphabet: Alphabet, rarity: Floats, weights: Floats, grid: _Grid
) -> _Compared:
    forward = alphabet.forward
    starts = forward.starts[grid.phrases]
    sizes = forward.starts[grid.phrases + 1] - starts
    used = forward.terms[ranges(starts, sizes)]
    said = np.zeros(BUCKETS, np.float32)
    said[terms] = rarity[terms]
    ends = np.cumsum(sizes)
    sums = np.concatenate(([0.0], np.cumsum(said[used], dtype=np.float64)))
    shared = (sums[ends] - sums[ends - sizes]).astype(np.float32)
    utterance = max(float(rarity[terms].sum()), 1e-6)
    phrase = np.maximum(weights[grid.phrases], 1e-6)
    return _Compared(shared / np.sqrt(utterance * phrase), shared / utterance, shared / phrase)


def _aligned(heard: Heard, shelf: Shelf, grid: _Grid, close: Floats) -> list[Floats]:
    """Edit-distance likeness with the closest phrases of the leading families."""
    count = grid.shape[0]
    columns = [np.zeros(count, np.float32) for _ in range(4)]
    if not count:
        return columns
    leading = np.argsort(-close.max(axis=1), kind="stable")[:_ALIGNED_FAMILIES]
    nearest = np.argsort(-close[leading], axis=1, kind="stable")[:, :_ALIGNED_PHRASES]
    chosen = (grid.first[leading][:, None] + nearest).ravel()
    for offset, (text, alphabet) in enumerate(
        ((heard.text, shelf.characters), (heard.sound, shelf.syllables))
    ):
        phrases = [alphabet.strings[min(i, len(alphabet.strings) - 1)] for i in chosen]
        for step, scorer in enumerate((fuzz.ratio, fuzz.partial_ratio)):
            likeness = process.cdist([text], phrases, scorer=scorer, dtype=np.float32)[0]
            best = likeness.reshape(len(leading), -1).max(axis=1) / 100
            columns[offset * 2 + step][leading] = best
    return columns


def _meant(heard: Heard, weighed: Weighed, grid: _Grid) -> list[Floats]:
    if heard.meaning is None or weighed.meanings is None or weighed.centers is None:
        return [np.zeros(grid.shape[0], np.float32) for _ in _MEANING]
    near = (weighed.meanings[grid.phrases] @ heard.meaning).astype(np.float32)
    ordered = np.sort(grid.table(near, grid.asked()), axis=1)[:, ::-1]
    return [
        weighed.centers[grid.families] @ heard.meaning,
        ordered[:, 0],
        ordered[:, :3].mean(axis=1),
        grid.best(near, Field.NAME),
        grid.best(near, Field.SUMMARY),
    ]


def _centers(meanings: Floats, shelf: Shelf) -> Floats:
    """The middle of what people say for each family, as a unit vector."""
    asked = np.where(shelf.fields[:, None] <= Field.ALIAS, meanings, 0).astype(np.float32)
    sums = np.add.reduceat(asked, shelf.starts[:-1], axis=0)
    return unit(sums)


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(lengths, 1e-6)).astype(np.float32)
    return scaled
