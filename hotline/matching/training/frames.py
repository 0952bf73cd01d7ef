"""Questions with known answers, measured against an index: what the learning learns from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Field, Worded
from hotline.matching.features import BASE, Heard, Rarity, Weighed, shorten, with_distances
from hotline.matching.shelf import Shelf
from hotline.matching.terms import Floats
from hotline.matching.training.noise import mishear, ramble
from hotline.matching.vectors import packed

LISTED = 40
Embed = Callable[[Sequence[str]], Floats]
_RATES = (0.1, 0.2, 0.3, 0.45)
_CLEAN, _MISHEARD, _RAMBLED = 0.3, 0.15, 0.1


@dataclass(frozen=True, slots=True)
class Question:
    """A text and the families that answer it; none when nothing should."""

    text: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Frames:
    """Short lists of many questions, padded to one length."""

    rows: Floats  # questions x LISTED x NAMES
    listed: NDArray[np.bool_]
    right: NDArray[np.bool_]
    lengths: Floats

    @classmethod
    def joined(cls, parts: Sequence["Frames"]) -> "Frames":
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.listed for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.lengths for part in parts]),
        )

    def only(self, chosen: NDArray[np.bool_]) -> "Frames":
        return Frames(
            self.rows[chosen], self.listed[chosen], self.right[chosen], self.lengths[chosen]
        )

    def nearest(self, count: int) -> "Frames":
        """Only the beginning of every short list, where the rivals are."""
        return Frames(
            self.rows[:, :count], self.listed[:, :count], self.right[:, :count], self.lengths
        )


def measure(
    families: Sequence[Worded], questions: Sequence[Question], embed: Embed | None
) -> Frames:
    """The short lists that an index over `families` gives for the questions."""
    shelf = Shelf.build(families)
    meanings = None if embed is None else packed(embed(shelf.texts.strings()))
    weighed = Weighed.of(shelf, Rarity.of(shelf), meanings)
    vectors = None if embed is None else embed([question.text for question in questions])
    rows = np.zeros((len(questions), LISTED, 2 * len(BASE)), np.float32)
    listed = np.zeros((len(questions), LISTED), np.bool_)
    right = np.zeros((len(questions), LISTED), np.bool_)
    for number, question in enumerate(questions):
        meaning = None if vectors is None else vectors[number]
        short = shorten(Heard.of(question.text, meaning), weighed)
        count = len(short.families)
        rows[number, :count] = with_distances(short.rows)
        listed[number, :count] = True
        right[number, :count] = [shelf.families[i].key in question.keys for i in short.families]
    lengths = np.array([len(question.text) for question in questions], np.float32)
    return Frames(rows, listed, right, lengths)


def held_out(families: Sequence[Worded], folds: int, embed: Embed | None, random: Random) -> Frames:
    """Folds of the phrases, clean and misheard, asked of an index without that fold.

    A share of the phrases is enough: the weights are few.
    """
    parts = []
    for fold in range(folds):
        kept, questions = _without(families, fold, folds)
        clean = [question for question in questions if random.random() < _CLEAN]
        misheard = [
            replace(question, text=mishear(question.text, random.choice(_RATES), random))
            for question in questions
            if random.random() < _MISHEARD
        ]
        rambled = [
            replace(question, text=ramble(question.text, random))
            for question in questions
            if random.random() < _RAMBLED
        ]
        parts.append(measure(kept, clean + misheard + rambled, embed))
    return Frames.joined(parts)


def _without(
    families: Sequence[Worded], fold: int, folds: int
) -> tuple[list[Worded], list[Question]]:
    kept: list[Worded] = []
    questions: list[Question] = []
    for family in families:
        out = [phrase for phrase in family.phrases if phrase.field == Field.ALIAS
               and crc32(phrase.text.encode()) % folds == fold]  # fmt: skip
        questions += [Question(phrase.text, frozenset([family.family.key])) for phrase in out]
        left = tuple(phrase for phrase in family.phrases if phrase not in out)
        kept.append(replace(family, phrases=left))
    return kept, questions
