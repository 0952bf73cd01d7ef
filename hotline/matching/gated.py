"""Regular expressions that are only tried on text which could match.

Hundreds of patterns look at every utterance, nearly always in vain. From each pattern follows a
set of characters of which any match holds at least one; a set operation then spares the search.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Needed = frozenset[str] | None
"""None where nothing is known to be needed."""

Owner = TypeVar("Owner")

_EVERYDAY = frozenset("人我了的不在有他她上到着个来一这就是说要没去里")
_LOOKING = ("(?=", "(?!", "(?<=", "(?<!")


@dataclass(frozen=True, slots=True)
class Gated:
    pattern: re.Pattern[str]
    needed: Needed

    @classmethod
    def build(cls, written: str) -> "Gated":
        return cls(re.compile(written), needed_by(written))


@dataclass(frozen=True, slots=True)
class Sieve(Generic[Owner]):
    """Many patterns with what each belongs to; only those are tried whose gate opens."""

    owned: Sequence[tuple[Owner, re.Pattern[str]]]
    always: tuple[int, ...]
    by_character: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, owned: Iterable[tuple[Owner, Gated]]) -> "Sieve[Owner]":
        listed = tuple(owned)
        by_character: dict[str, list[int]] = {}
        for at, (_, gated) in enumerate(listed):
            for character in gated.needed or ():
                by_character.setdefault(character, []).append(at)
        return cls(
            tuple((owner, gated.pattern) for owner, gated in listed),
            tuple(at for at, (_, gated) in enumerate(listed) if gated.needed is None),
            {character: tuple(places) for character, places in by_character.items()},
        )

    def likely(self, text: str) -> Iterator[tuple[Owner, re.Pattern[str]]]:
        """The patterns that could match, in the order in which they are listed."""
        opened = set(self.always)
        for character in set(text):
            opened.update(self.by_character.get(character, ()))
        for at in sorted(opened):
            yield self.owned[at]


def needed_by(written: str) -> Needed:
    """Characters of which every match of the pattern holds at least one.

    Knows groups, alternatives, classes, quantifiers and look-arounds; that is all the lexicons
    use, and whatever else appears merely needs nothing.
    """
    return _Reader(written).alternatives()


class _Reader:
    def __init__(self, written: str) -> None:
        self._written = written
        self._at = 0

    def alternatives(self) -> Needed:
        branches = [self._branch()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._branch())
        if any(branch is None for branch in branches):
            return None
        return frozenset[str]().union(*(branch for branch in branches if branch is not None))

    def _branch(self) -> Needed:
        best: Needed = None
        while self._next() not in ("", "|", ")"):
            atom = self._atom()
            if self._may_be_absent():
                atom = None
            if atom is not None and (best is None or _breadth(atom) < _breadth(best)):
                best = atom
        return best

    def _atom(self) -> Needed:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == "\\":
            self._take()
            return None
        return None if character in ".^$" else frozenset(character)

    def _group(self) -> Needed:
        opening = self._written[self._at - 1 :]
        looking = next((mark for mark in _LOOKING if opening.startswith(mark)), "")
        self._at += len(looking) - 1 if looking else 2 * opening.startswith("(?:")
        inside = self.alternatives()
        self._take()
        return None if looking else inside

    def _class(self) -> Needed:
        end = self._written.index("]", self._at)
        listed = self._written[self._at : end]
        self._at = end + 1
        return None if listed[0] == "^" or "\\" in listed or "-" in listed else frozenset(listed)

    def _may_be_absent(self) -> bool:
        absent = False
        while self._next() in ("?", "*", "+", "{"):
            mark = self._take()
            if mark == "{":
                end = self._written.index("}", self._at)
                absent |= self._written[self._at : end].split(",")[0] in ("", "0")
                self._at = end + 1
            else:
                absent |= mark in "?*"
        return absent

    def _next(self) -> str:
        return self._written[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._written[self._at - 1]


def _breadth(needed: frozenset[str]) -> int:
    return len(needed) + 20 * len(needed & _EVERYDAY)
