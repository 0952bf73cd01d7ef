"""Entries as the matcher sees them: one family for the district versions of one service.

Nobody says "结婚登记（乌达区）"; they say "领结婚证" and live somewhere. Versions of one service
are ranked as one, and the district decides among them afterwards.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from hotline.directory.entry import Entry
from hotline.matching.normalize import normalize
from hotline.matching.wording import gist, without_district

Sayings = Mapping[str, Sequence[str]]
"""More ways in which people ask, by the key of a family."""

_VERSION = re.compile(r"-(?:hbw|wd|hn)$")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


class Field(IntEnum):
    """Where a phrase comes from; the order is that of the weights below."""

    NAME = 0
    ALIAS = 1
    KEYWORDS = 2
    SUMMARY = 3
    DETAILS = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a family, as normalized text without marks."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class Family:
    """The versions of one service; `members` keeps the order of the directory."""

    key: str
    members: tuple[Entry, ...]

    def versions_for(self, district: str | None) -> tuple[Entry, ...]:
        """The members that serve a district, the others left out unless none is left."""
        if district is None or len(self.members) == 1:
            return self.members
        fitting = [m for m in self.members if not m.districts or district in m.districts]
        return tuple(fitting) or self.members


@dataclass(frozen=True, slots=True)
class Worded:
    """A family with its phrases, as an index is built from it; not kept afterwards."""

    family: Family
    phrases: tuple[Phrase, ...]

    def laid_out(self) -> tuple[Phrase, ...]:
        """Phrases to compare with, at least one, and after them all details as one."""
        compared = tuple(phrase for phrase in self.phrases if phrase.field != Field.DETAILS)
        details = "".join(p.text for p in self.phrases if p.field == Field.DETAILS)
        name = Phrase(Field.NAME, self.family.key)
        return (*(compared or (name,)), Phrase(Field.DETAILS, details))


def family_key(entry: Entry) -> str:
    """Versions share a key; only an entry for a single district can be a version."""
    return _VERSION.sub("", entry.id) if len(entry.districts) == 1 else entry.id


def worded_of(entries: Iterable[Entry], sayings: Sayings) -> Iterator[Worded]:
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(family_key(entry), []).append(entry)
    for key, members in grouped.items():
        yield worded(Family(key, tuple(members)), sayings)


def worded(family: Family, sayings: Sayings) -> Worded:
    members = family.members
    phrases: dict[tuple[bool, str], Phrase] = {}
    versions = {name for member in members for name in member.districts} if members[1:] else set()
    for field, original in _said(members, sayings.get(family.key, ())):
        text = _heart(original)
        for name in versions:
            text = without_district(text, [name])
        if text:
            phrases.setdefault((field is Field.DETAILS, text), Phrase(field, text))
    return Worded(family, tuple(phrases.values()))


@lru_cache(maxsize=1 << 16)
def _heart(original: str) -> str:
    """Cached, since versions of one service repeat one another."""
    return gist(normalize(original))


def _said(members: Sequence[Entry], sayings: Sequence[str]) -> Iterable[tuple[Field, str]]:
    for entry in members:
        yield Field.NAME, _BRACKETED.sub("", entry.name)
        for alias in entry.aliases:
            yield Field.ALIAS, alias
    for saying in sayings:
        yield Field.ALIAS, saying
    for entry in members:
        yield Field.KEYWORDS, "".join((*entry.keywords, *entry.category.split("/")))
        yield Field.SUMMARY, entry.summary
    for first in members[:1]:
        yield Field.DETAILS, "。".join((first.details, *first.procedure, *first.documents))
