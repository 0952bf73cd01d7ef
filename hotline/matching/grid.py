"""The phrases of a short list side by side, so that all of them are compared at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Field
from hotline.matching.shelf import Shelf, ranges
from hotline.matching.terms import LENGTHS, Floats, Ids, Texts, laid_out, spoken

Laid = tuple[Ids, Ids]
"""The terms of every code point: as characters, and as syllables."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The phrases of the short list, flat, and as a table with a row per family."""

    families: NDArray[np.intp]
    phrases: NDArray[np.intp]
    texts: Texts
    terms: Laid
    first: NDArray[np.intp]
    sizes: NDArray[np.intp]
    begins: NDArray[np.intp]
    """Where the phrases of each family begin in the flat list."""
    row: NDArray[np.intp]
    column: NDArray[np.intp]
    owners: Ids
    """The phrase of every term, as many times as there are lengths of terms."""
    asked: NDArray[np.bool_]
    """Phrases that people say: names and aliases."""
    fields: NDArray[np.uint8]

    @classmethod
    def over(cls, shelf: Shelf, families: NDArray[np.intp], ahead: Laid | None) -> "Grid":
        """`ahead` are the terms of the whole shelf, where they are known."""
        first, end = shelf.starts[families], shelf.ends[families]
        sizes = end - first
        phrases = ranges(first, sizes)
        row = np.repeat(np.arange(len(families)), sizes)
        # A family's phrases lie next to one another, so that whole stretches are copied.
        begins = shelf.texts.starts
        stretches = list(map(slice, begins[first].tolist(), begins[end].tolist()))
        lengths = begins[phrases + 1] - begins[phrases]
        texts = Texts(
            np.concatenate([shelf.texts.codes[part] for part in stretches]),
            np.concatenate(([0], np.cumsum(lengths))),
        )
        fields = shelf.fields[phrases]
        return cls(
            families=families,
            phrases=phrases,
            texts=texts,
            terms=_picked(texts, stretches, ahead),
            first=first,
            sizes=sizes,
            begins=np.cumsum(sizes) - sizes,
            row=row,
            column=phrases - first[row],
            owners=np.repeat(np.arange(len(phrases), dtype=np.int32), lengths * LENGTHS),
            asked=fields <= Field.ALIAS,
            fields=fields,
        )

    @property
    def shape(self) -> tuple[int, int]:
        # At least three columns: the second and third closest are zero where there are none.
        return len(self.families), max(3, int(self.sizes.max(initial=0)))

    def table(self, values: Floats) -> Floats:
        table = np.zeros(self.shape, np.float32)
        table[self.row, self.column] = values
        return table

    def highest(self, values: Floats, wanted: NDArray[np.bool_]) -> Floats:
        """The highest of the wanted values of each family, 0 where it has none."""
        highest: Floats = np.maximum.reduceat(values * wanted, self.begins)
        return highest

    def best(self, values: Floats, field: Field) -> Floats:
        return self.highest(values, self.fields == field)

    def closest(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """The highest value of what people say, the next, and the mean of the highest three."""
        ordered = np.sort(self.table(values * self.asked), axis=1)[:, :-4:-1]
        return ordered[:, 0], ordered[:, 1], ordered.mean(axis=1)

    def mean(self, values: Floats) -> Floats:
        """Over what people say of each family."""
        summed = np.add.reduceat(values * self.asked, self.begins)
        counted = np.add.reduceat(self.asked, self.begins, dtype=np.float32)
        return np.asarray(summed / np.maximum(counted, 1), np.float32)


def laid_both(texts: Texts) -> Laid:
    return laid_out(texts), laid_out(spoken(texts))


def _picked(texts: Texts, stretches: Sequence[slice], ahead: Laid | None) -> Laid:
    """The terms of the short list, whose code points are those stretches of the shelf's."""
    if ahead is None:
        return laid_both(texts)
    characters, syllables = ahead
    return (
        np.concatenate([characters[part] for part in stretches]),
        np.concatenate([syllables[part] for part in stretches]),
    )
