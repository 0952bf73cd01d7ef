"""Suggestions while typing: characters, full pinyin, or the first letters of it ("gjj")."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hotline.matching.families import Family, Field
from hotline.matching.pinyin import readings_table
from hotline.matching.shelf import Shelf
from hotline.matching.values import Suggestion

Scored = tuple[Family, float]
_LATIN = re.compile(r"[a-z0-9 ']+")
_SEEN = 1500
"""Hits looked at; more than that say that too little was typed."""
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Typed:
    """All phrases of a shelf in one string per way of typing, so that search is one scan."""

    shelf: Shelf
    characters: "_Scan"
    letters: "_Scan"
    pinyin: "_Scan"

    @classmethod
    def of(cls, shelf: Shelf) -> "Typed":
        letters, full = readings_table()
        wanted = shelf.fields <= Field.KEYWORDS
        strings = [
            text if kept else "" for text, kept in zip(shelf.texts.strings(), wanted, strict=True)
        ]
        return cls(
            shelf,
            _Scan.of(strings),
            _Scan.of([text.translate(letters) for text in strings]),
            _Scan.of([text.translate(full) for text in strings]),
        )

    def families(self, text: str) -> dict[str, Scored]:
        """Families by key, scored (0-1) by their best phrase that contains the text, and by how
        many of their phrases do: what a service is about is said in most of them."""
        if _LATIN.fullmatch(text):
            wanted = re.sub(r"[ ']", "", text)
            hits = [*self._abbreviated(wanted), *self.pinyin.hits(wanted)]
        else:
            hits = [*self.characters.hits(text)]
        found: dict[int, float] = {}
        phrases: dict[int, set[int]] = {}
        for hit in hits:
            place = int(self.shelf.starts.searchsorted(hit.phrase, "right")) - 1
            scored = hit.score * _IMPORTANCE[self.shelf.fields[hit.phrase]]
            found[place] = max(scored, found.get(place, 0.0))
            phrases.setdefault(place, set()).add(hit.phrase)
        return {
            self.shelf.families[place].key: (
                self.shelf.families[place],
                scored * (_ONCE + (1 - _ONCE) * self._share(place, len(phrases[place]))),
            )
            for place, scored in found.items()
        }

    def _share(self, place: int, count: int) -> float:
        return count / int(self.shelf.ends[place] - self.shelf.starts[place])

    def _abbreviated(self, letters: str) -> list["_Hit"]:
        """First letters stand for many words; those that the directory says often come first."""
        hits = [*self.letters.hits(letters)]
        words = [self.characters.joined[hit.at : hit.at + len(letters)] for hit in hits]
        often = Counter(words)
        most = max(often.values(), default=1)
        return [
            replace(hit, score=hit.score * (_SELDOM + (1 - _SELDOM) * often[word] / most))
            for hit, word in zip(hits, words, strict=True)
        ]


_IMPORTANCE = {Field.NAME: 1.0, Field.ALIAS: 0.7, Field.KEYWORDS: 0.7, Field.SUMMARY: 0.3}
_ONCE = 0.4
"""Of the score, what is left to a family of which hardly any phrase contains the text."""
_SELDOM = 0.5
"""Of the score, what is left to a word that hardly ever occurs."""


@dataclass(frozen=True, slots=True)
class _Hit:
    phrase: int
    score: float
    at: int


@dataclass(frozen=True, slots=True)
class _Scan:
    joined: str
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, strings: Sequence[str]) -> "_Scan":
        sizes = np.fromiter(map(len, strings), np.int64, len(strings)) + 1
        joined = _BETWEEN + _BETWEEN.join(strings) + _BETWEEN
        return cls(joined, np.cumsum(sizes) - sizes + 1)

    def hits(self, wanted: str) -> Iterator[_Hit]:
        """Better at the beginning, and the more of the phrase is typed."""
        if not wanted:
            return
        at = self.joined.find(_BETWEEN + wanted)
        for _ in range(_SEEN):
            if at < 0:
                break
            yield self._hit(at + 1, wanted, 1.0)
            at = self.joined.find(_BETWEEN + wanted, at + 1)
        at = self.joined.find(wanted) if len(wanted) > 1 else -1
        for _ in range(_SEEN):
            if at < 0:
                break
            yield self._hit(at, wanted, 0.7)
            at = self.joined.find(wanted, at + 1)

    def _hit(self, at: int, wanted: str, score: float) -> _Hit:
        phrase = int(self.starts.searchsorted(at, "right")) - 1
        size = self.joined.index(_BETWEEN, at) - int(self.starts[phrase])
        share = len(wanted) / max(1, size)
        return _Hit(phrase, score * (0.6 + 0.4 * min(1.0, share)), at)


def best(found: dict[str, Scored], limit: int) -> tuple[Suggestion, ...]:
    ranked = sorted(found.values(), key=lambda scored: (-scored[1], scored[0].key))[:limit]
    return tuple(
        Suggestion(family.members[0].id, family.members[0].name, round(score, 3))
        for family, score in ranked
    )
