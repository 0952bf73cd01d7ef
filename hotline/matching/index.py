"""The index of one directory: a big shelf that stays, a small one for what changed since.

Building the big shelf takes seconds at 100,000 entries; an edited entry may not wait for that, nor
may calls. So a change makes a new `Index` that shares the big shelf, covers the families that
changed on it, and puts their new form on a small shelf beside it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hotline.directory.entry import Entry
from hotline.matching.families import Family, Sayings, family_key, worded, worded_of
from hotline.matching.features import Heard, Rarity, Weighed, shorten
from hotline.matching.semantic import Semantic
from hotline.matching.shelf import Shelf
from hotline.matching.suggest import Scored, Typed
from hotline.matching.terms import Floats

_CROWDED = 1_000


@dataclass(frozen=True, slots=True)
class Nearest:
    """The short list of the whole index, a row of measurements per family."""

    families: Sequence[Family]
    rows: Floats
    closest: Sequence[tuple[Shelf, int]]
    """The phrase of each family that came closest, by its shelf and its number there."""

    def phrase(self, row: int) -> str:
        """The phrase that came closest, as it was written."""
        shelf, number = self.closest[row]
        return shelf.phrase(number)


@dataclass(frozen=True, slots=True)
class Index:
    """Immutable; every change returns another index."""

    base: Weighed
    base_typed: Typed
    beside: Weighed | None
    beside_typed: Typed | None
    covered: NDArray[np.bool_]
    keys: Mapping[str, str]
    changed: Mapping[str, Family]
    sayings: Sayings
    semantic: Semantic | None

    @classmethod
    def build(
        cls, entries: Iterable[Entry], sayings: Sayings, semantic: Semantic | None
    ) -> "Index":
        shelf = Shelf.build(worded_of(entries, sayings))
        families = shelf.families
        return cls(
            base=_weighed(shelf, Rarity.of(shelf), semantic),
            base_typed=Typed.of(shelf),
            beside=None,
            beside_typed=None,
            covered=np.zeros(len(families), np.bool_),
            keys={entry.id: family.key for family in families for entry in family.members},
            changed={},
            sayings=sayings,
            semantic=semantic,
        )

    @property
    def is_crowded(self) -> bool:
        """So much has changed that building anew, away from the calls, pays."""
        return len(self.changed) > _CROWDED

    @property
    def districts(self) -> frozenset[str]:
        """The districts that entries of the big shelf name."""
        families = self.base.shelf.families
        return frozenset(name for f in families for m in f.members for name in m.districts)

    def entries(self) -> tuple[Entry, ...]:
        kept = (f for f in self.base.shelf.families if f.key not in self.changed)
        return tuple(e for family in (*kept, *self.changed.values()) for e in family.members)

    def with_changes(self, upserts: Sequence[Entry], deletes: Sequence[str]) -> "Index":
        """The index after some entries were written or taken away."""
        gone = {entry.id for entry in upserts} | set(deletes)
        touched = {self.keys[i] for i in gone if i in self.keys} | set(map(family_key, upserts))
        changed, keys = dict(self.changed), dict(self.keys)
        for entry_id in gone:
            keys.pop(entry_id, None)
        keys |= {entry.id: family_key(entry) for entry in upserts}
        for key in touched:
            kept = [entry for entry in self._members(key) if entry.id not in gone]
            members = kept + [entry for entry in upserts if family_key(entry) == key]
            changed[key] = Family(key, tuple(members))
        return self._with(changed, keys)

    def with_meanings(self) -> "Index":
        """The same index with every vector that the semantic channel knows by now."""
        base = _weighed(self.base.shelf, self.base.rarity, self.semantic)
        return replace(self, base=base)._with(dict(self.changed), self.keys)

    def nearest(self, heard: Heard) -> Nearest:
        """Everything near the utterance, not yet in order."""
        families: list[Family] = []
        rows: list[Floats] = []
        closest: list[tuple[Shelf, int]] = []
        for weighed, covered in self._shelves():
            short = shorten(heard, weighed, covered)
            shelf = weighed.shelf
            families += [shelf.families[i] for i in short.families.tolist()]
            closest += [(shelf, number) for number in short.phrases.tolist()]
            rows.append(short.rows)
        return Nearest(families, np.vstack(rows), closest)

    def typed(self, text: str) -> dict[str, Scored]:
        """Families with a phrase that contains what was typed, with a score."""
        found = self.base_typed.families(text)
        for key in self.changed.keys() & found.keys():
            del found[key]
        return found if self.beside_typed is None else found | self.beside_typed.families(text)

    def count_about(self, topic: Heard) -> int:
        """How many services have the topic in their name or among their keywords."""
        about = [
            weighed.shelf.families[place].members[0]
            for weighed, covered in self._shelves()
            for place in weighed.shelf.characters.sharing(topic.characters).tolist()
            if covered is None or not covered[place]
        ]
        return sum(topic.text in entry.name or topic.text in entry.keywords for entry in about)

    def phrases(self) -> list[str]:
        """Every phrase that is compared, as the semantic channel sees it."""
        shelves = [self.base.shelf] + ([] if self.beside is None else [self.beside.shelf])
        return [text for shelf in shelves for text in shelf.compared()]

    def _shelves(self) -> Iterator[tuple[Weighed, NDArray[np.bool_] | None]]:
        """Each shelf with the families on it that stand anew on the next."""
        yield self.base, self.covered
        if self.beside is not None:
            yield self.beside, None

    def _members(self, key: str) -> tuple[Entry, ...]:
        if key in self.changed:
            return self.changed[key].members
        place = self.base.shelf.places.get(key)
        return () if place is None else self.base.shelf.families[place].members

    def _with(self, changed: Mapping[str, Family], keys: Mapping[str, str]) -> "Index":
        shelf = self.base.shelf
        covered = np.zeros(len(shelf.families), np.bool_)
        covered[[shelf.places[key] for key in changed if key in shelf.places]] = True
        present = [family for family in changed.values() if family.members]
        beside = None
        if present:
            beside = _weighed(
                Shelf.build(worded(family, self.sayings) for family in present),
                self.base.rarity,
                self.semantic,
            )
        typed = None if beside is None else Typed.of(beside.shelf)
        return replace(
            self, beside=beside, beside_typed=typed, covered=covered, keys=keys, changed=changed
        )


def _weighed(shelf: Shelf, rarity: Rarity, semantic: Semantic | None) -> Weighed:
    meanings = None if semantic is None else semantic.phrases(shelf.texts.strings())
    return Weighed.of(shelf, rarity, meanings)
