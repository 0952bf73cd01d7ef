"""Lines under the search box: by characters, by pinyin, by the initials of it. Pure."""

from dataclasses import dataclass

from hotline.directory.entry import Entry
from hotline.matching.normalize import normalize
from hotline.matching.pinyin import readings
from hotline.portal.catalog import Catalog, one_per_family

MOST = 8


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A service with what may be typed for it."""

    entry: Entry
    name: str
    sayings: tuple[str, ...]
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    spelled: tuple[_Spelled, ...]

    @classmethod
    def of(cls, catalog: Catalog) -> "Suggestions":
        return cls(tuple(map(_spell, one_per_family(catalog.entries.values()))))

    def for_text(self, text: str) -> tuple[Entry, ...]:
        """The best first: what begins with it, then what holds it, then what people call it."""
        typed = normalize(text).replace(" ", "")
        if not typed:
            return ()
        ranked = ((_rank(spelled, typed), place) for place, spelled in enumerate(self.spelled))
        found = sorted((rank, place) for rank, place in ranked if rank is not None)
        return tuple(self.spelled[place].entry for _, place in found[:MOST])


def _spell(entry: Entry) -> _Spelled:
    name = normalize(entry.name)
    syllables = readings(name)
    return _Spelled(
        entry=entry,
        name=name,
        sayings=tuple(map(normalize, (*entry.aliases, *entry.keywords))),
        pinyin="".join(syllables),
        initials="".join(syllable[:1] for syllable in syllables),
    )


def _rank(spelled: _Spelled, typed: str) -> int | None:
    tests = (
        spelled.name.startswith(typed),
        typed in spelled.name,
        any(saying.startswith(typed) for saying in spelled.sayings),
        any(typed in saying for saying in spelled.sayings),
        typed.isascii() and spelled.initials.startswith(typed),
        typed.isascii() and spelled.pinyin.startswith(typed),
        typed.isascii() and len(typed) > 2 and typed in spelled.initials,
        typed.isascii() and len(typed) > 3 and typed in spelled.pinyin,
    )
    return next((rank for rank, is_so in enumerate(tests) if is_so), None)
