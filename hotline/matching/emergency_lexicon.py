"""Reads `lexicon/emergencies.toml`: events, cues and figures of speech, compiled once."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hotline.matching.gated import Gated, Sieve
from hotline.matching.homophones import Sounds


@dataclass(frozen=True, slots=True)
class Event:
    """`near`: what must be said too, within so many characters on either side."""

    name: str
    line: str
    also: tuple[str, ...]
    level: str | None
    weight: int
    priority: int
    patterns: tuple[Gated, ...]
    near: tuple[re.Pattern[str], ...]
    within: int


@dataclass(frozen=True, slots=True)
class Cue:
    """`reach` in characters from the event, None for anywhere.

    `spares` and `only` name events or lines: those that the cue leaves alone, and those that it
    is all about.
    """

    name: str
    weight: int
    reach: int | None
    only_before: bool
    spares: frozenset[str]
    only: frozenset[str]
    patterns: tuple[Gated, ...]

    def concerns(self, event: Event) -> bool:
        named = {event.name, event.line}
        return self.spares.isdisjoint(named) and (not self.only or not self.only.isdisjoint(named))


@dataclass(frozen=True, slots=True)
class Lexicon:
    events: tuple[Event, ...]
    said_of_events: Sieve[Event]
    said_of_cues: Sieve[Cue]
    figures: Sieve[None]
    now: re.Pattern[str]
    negations: tuple[str, ...]
    sounds: Sounds
    people: re.Pattern[str]


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon; a mistake in a pattern fails here, at the first use."""
    listing = files("hotline.matching") / "lexicon" / "emergencies.toml"
    listed = tomllib.loads(listing.read_text(encoding="utf-8"))
    concepts = _concepts(listed["concepts"])
    events = tuple(_event(event, concepts) for event in listed["events"])
    cues = tuple(_cue(cue, concepts) for cue in listed["cues"])
    return Lexicon(
        events=events,
        said_of_events=Sieve.of((event, said) for event in events for said in event.patterns),
        said_of_cues=Sieve.of((cue, said) for cue in cues for said in cue.patterns),
        figures=Sieve.of((None, said) for said in _gated(listed["figures"], concepts)),
        now=_pattern(listed["now"], concepts),
        negations=tuple(listed["negations"]),
        people=_pattern(["<kin>", "<child>", "<folk>"], concepts),
        sounds=Sounds(listed["sounds"], listed["misheard"]),
    )


def _concepts(listed: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Later concepts may use earlier ones."""
    concepts: dict[str, str] = {}
    for name, words in listed.items():
        written = words if isinstance(words, str) else "|".join(words)
        concepts[name] = f"(?:{_filled_in(written, concepts)})"
    return concepts


def _event(listed: Mapping[str, Any], concepts: Mapping[str, str]) -> Event:
    return Event(
        name=listed["name"],
        line=listed["line"],
        also=tuple(listed.get("also", ())),
        level=listed.get("level"),
        weight=listed["weight"],
        priority=listed["priority"],
        patterns=_gated(listed["said"], concepts),
        near=tuple(_pattern([near], concepts) for near in listed.get("near", ())),
        within=listed.get("within", 0),
    )


def _cue(listed: Mapping[str, Any], concepts: Mapping[str, str]) -> Cue:
    return Cue(
        name=listed["name"],
        weight=listed["weight"],
        reach=listed.get("reach"),
        only_before=listed.get("only_before", False),
        spares=frozenset(listed.get("spares", ())),
        only=frozenset(listed.get("only", ())),
        patterns=_gated(listed["said"], concepts),
    )


def _gated(said: Sequence[str], concepts: Mapping[str, str]) -> tuple[Gated, ...]:
    return tuple(Gated.build(_filled_in(pattern, concepts)) for pattern in said)


def _pattern(said: Sequence[str], concepts: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(_filled_in(pattern, concepts) for pattern in said))


def _filled_in(pattern: str, concepts: Mapping[str, str]) -> str:
    """`<who>` stands for a concept, `~6` for up to six characters within a sentence."""
    gapped = _GAP.sub(r"[^。？]{0,\1}?", pattern)
    return _CONCEPT.sub(lambda name: concepts[name.group(1)], gapped)


_GAP = re.compile(r"~(\d+)")
_CONCEPT = re.compile(r"<(\w+)>")
