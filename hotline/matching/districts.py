"""Which district an utterance speaks of: by its name, or by a street, village or estate in it."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol, Self

import ahocorasick

from hotline.matching.homophones import Sounds

LONGEST = 600
_CLAUSE = re.compile("[，。；！？,;!? ]+")
_AREA, _SPOT = "\ue000", "\ue001"
_WHO = "(?:(?:我|俺|咱)们?的?)?"
_AROUND = "(?:(?:这|那)(?:一)?(?:边|里|儿|块|片|带)?|边上|附近|跟前|一带|住)"
_OFFICE = "(?!办事处|派出所|政府|医院|法院|学校|中学|小学|幼儿园|中心|社区|居委会|村委会|[所局站])"
_WHEREABOUTS = re.compile(
    f"{_WHO}(?:家|人)?(?:就|现在|这会儿)?(?:是|住)?在?{_AREA}[{_AREA}{_SPOT}]*+{_AROUND}?+的?+{_OFFICE}"
    f"|{_WHO}(?:家(?:就|现在)?住?在?|住在?){_SPOT}++{_AROUND}?+的?+{_OFFICE}"
    f"|(?:{_WHO}人?(?:就|现在)?在)?{_SPOT}++(?:{_AROUND}的?|$)"
)
"""Where somebody is, at the beginning of a clause: an area, or a spot that is told of as such."""


class NamedPlace(Protocol):
    """A row of `places.jsonl`, or of the table that it is imported into."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def kind(self) -> str: ...
    @property
    def district(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    kind: str
    district: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DistrictHeard:
    """`start` and `end` are the place's characters in the text that was given."""

    district: str
    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    said: str
    name: str
    rank: int
    districts: frozenset[str]


class Gazetteer:
    """The places of one city. Immutable: build another when the directory changes."""

    def __init__(
        self, named: Mapping[str, tuple[str, int, frozenset[str]]], telling: Iterable[str] = ()
    ) -> None:
        """`telling` are names long and peculiar enough to be known when misheard."""
        self._named = named
        self._sounds = Sounds(telling, {})
        self._automaton = _automaton([*named, *_lexicon().skipped])

    @classmethod
    def build(cls, places: Iterable[NamedPlace]) -> Self:
        """A name that stands for places in several districts is kept and proves nothing."""
        named: dict[str, tuple[str, int, frozenset[str]]] = {}
        telling: set[str] = set()
        for place in places:
            rank = _RANKS.get(place.kind, 1)
            for said in _ways_to_say(place):
                if len(said) > 2 and place.kind in _PECULIAR:
                    telling.add(said)
                _, known_rank, districts = named.get(said, ("", 0, frozenset[str]()))
                if rank > known_rank:
                    named[said] = (place.name, rank, frozenset([place.district]))
                elif rank == known_rank:
                    named[said] = (place.name, rank, districts | {place.district})
        return cls(named, telling - _lexicon().common_words - _lexicon().city_wide)

    def district_of(self, text: str) -> DistrictHeard | None:
        """None when no place is said, or when places of several districts are."""
        mentions = self._mentions(self._sounds.restore(text[:LONGEST].lower()))
        top = max((mention.rank for mention in mentions), default=0)
        telling = [mention for mention in mentions if mention.rank == top]
        districts = frozenset[str]().union(*(mention.districts for mention in telling))
        if len(districts) != 1:
            return None
        best = max(telling, key=lambda mention: mention.end - mention.start)
        return DistrictHeard(next(iter(districts)), best.name, best.start, best.end)

    def without_whereabouts(self, text: str) -> str:
        """Without what only tells where somebody is: "我家停电了，我在滨河街道"; "" if all does."""
        clauses = map(self._without_whereabouts, _CLAUSE.split(text))
        return "，".join(clause for clause in clauses if clause)

    def _without_whereabouts(self, clause: str) -> str:
        veiled, end = "", 0
        mentions = self._mentions(clause.lower())
        for mention in mentions:
            sign = _AREA if mention.rank > 1 else _SPOT
            veiled += clause[end : mention.start] + sign * (mention.end - mention.start)
            end = mention.end
        told = _WHEREABOUTS.match(veiled + clause[end:]) if mentions else None
        return clause[told.end() :] if told else clause

    def _mentions(self, text: str) -> list[_Mention]:
        mentions: list[_Mention] = []
        for start, end, said in _longest(self._automaton, text):
            known = self._named.get(said)
            if known and _is_place(text, start, end, said):
                name, rank, districts = known
                mentions.append(_Mention(start, end, said, name, rank, districts))
        return mentions


def _ways_to_say(place: NamedPlace) -> Iterable[str]:
    yield from (place.name, *place.aliases)
    bare = place.name.removesuffix("区") if place.kind == "district" else place.name
    yield bare
    heard_as = _lexicon().heard_as
    for name in (place.name, bare, *place.aliases):
        yield from heard_as.get(name, ())


def _is_place(text: str, start: int, end: int, said: str) -> bool:
    lexicon = _lexicon()
    if said in lexicon.city_wide or _is_elsewhere(text, start, said):
        return False
    if said in lexicon.common_words:
        return text[:start].endswith(lexicon.where_before) or text[end:].startswith(
            lexicon.where_after
        )
    return True


def _is_elsewhere(text: str, start: int, said: str) -> bool:
    lexicon = _lexicon()
    if said in lexicon.elsewhere_names and any(cue in text for cue in lexicon.elsewhere_cues):
        return True
    before = text[max(0, start - 6) : start]
    return any(city in before for city in lexicon.other_cities)


def _longest(automaton: ahocorasick.Automaton, text: str) -> list[tuple[int, int, str]]:
    """Leftmost longest matches, none overlapping."""
    found = [(last + 1 - len(said), last + 1, said) for last, said in automaton.iter(text)]
    chosen: list[tuple[int, int, str]] = []
    for start, end, said in sorted(found, key=lambda hit: (hit[0], -hit[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end, said))
    return chosen


def _automaton(words: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word in words:
        automaton.add_word(word, word)
    automaton.make_automaton()
    return automaton


@dataclass(frozen=True, slots=True)
class _Lexicon:
    skipped: tuple[str, ...]
    elsewhere_names: frozenset[str]
    elsewhere_cues: tuple[str, ...]
    other_cities: tuple[str, ...]
    where_before: tuple[str, ...]
    where_after: tuple[str, ...]
    common_words: frozenset[str]
    city_wide: frozenset[str]
    heard_as: Mapping[str, Sequence[str]]


@cache
def _lexicon() -> _Lexicon:
    listing = files("hotline.matching") / "lexicon" / "districts.toml"
    listed = tomllib.loads(listing.read_text(encoding="utf-8"))
    return _Lexicon(
        skipped=tuple(listed["not_places"]),
        elsewhere_names=frozenset(listed["elsewhere_names"]),
        elsewhere_cues=tuple(listed["elsewhere_cues"]),
        other_cities=tuple(listed["other_cities"]),
        where_before=tuple(listed["where_before"]),
        where_after=tuple(listed["where_after"]),
        common_words=frozenset(listed["common_words"]),
        city_wide=frozenset(listed["city_wide"]),
        heard_as=listed["heard_as"],
    )


_PECULIAR = {"district", "subdistrict", "town", "community", "village"}
_RANKS = {"district": 3, "subdistrict": 2, "town": 2}
