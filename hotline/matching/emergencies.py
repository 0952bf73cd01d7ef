"""Whether a caller is in an emergency now, and whose line that is.

Events (`lexicon/emergencies.toml`) carry a weight; cues around them add to it (now, help) or
take from it (long ago, a form to fill in, what if, over already). An event that keeps at least
`ENOUGH` counts, and the most pressing one names the line. Beside these rules listens an ear that
learned from examples: it hears what no rule foresaw, and may overrule a rule that it finds absurd.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hotline.matching.emergency_ear import runs_of, shipped_ear
from hotline.matching.emergency_lexicon import Cue, Event, lexicon
from hotline.matching.normalize import normalize

LONGEST = 300
"""Characters; someone in danger has said so by then."""
ENOUGH = 3
SURE_EAR = 1.2
"""Log-odds at which the ear raises an alarm by itself, where no cue speaks against it."""
ABSURD = -3.0
"""Log-odds below which the ear overrules the rules."""
UNFORESEEN = "heard"
"""The event of an alarm that only the ear raised."""


class SelfHarm(StrEnum):
    """DOMAIN: thoughts without a plan, recent and ambivalent, plan or means or attempt."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Emergency:
    """`line` first, `also` after it; `phrases` are the caller's words that spoke for it."""

    line: str
    also: tuple[str, ...]
    level: SelfHarm | None
    event: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sighting:
    event: Event
    said: str
    start: int
    end: int


def hear_emergency(text: str) -> Emergency | None:
    """The emergency that the utterance tells of; None for talk that merely sounds like one."""
    said, runs = listen(text)
    ear = shipped_ear()
    alarm = ear.alarm(runs)
    sure = _sure_events(said)
    if sure:
        return _named(sure) if alarm > ABSURD else None
    if alarm < SURE_EAR or is_spoken_against(said):
        return None
    line = ear.line(runs)
    level = SelfHarm.MEDIUM if line == "12356" else None
    return Emergency(line, (), level, UNFORESEEN, ear.telling(runs))


def is_spoken_against(said: str) -> bool:
    """A cue takes from any event: long ago, paperwork, what if, over already."""
    return any(cue.weight < 0 and not cue.only for cue, _, _ in _cues(said, frozenset(said)))


def ear_alone(text: str) -> float:
    """The ear's log-odds of an alarm; minus infinity where a cue speaks against one."""
    said, runs = listen(text)
    return -math.inf if is_spoken_against(said) else shipped_ear().alarm(runs)


def rules_hear(text: str) -> str | None:
    """The line that the rules alone would name."""
    sure = _sure_events(listen(text)[0])
    return _named(sure).line if sure else None


def listen(text: str) -> tuple[str, frozenset[str]]:
    """The utterance as the rules read it, and its runs as the ear hears them."""
    said = lexicon().sounds.restore(normalize(text[: 2 * LONGEST])[:LONGEST])
    said = _without_figures(said)
    return said, runs_of(said, lexicon().people)


def _named(sure: list[_Sighting]) -> Emergency:
    first = max(sure, key=lambda seen: seen.event.priority)
    lines = [line for seen in [first, *sure] for line in (seen.event.line, *seen.event.also)]
    return Emergency(
        line=first.event.line,
        also=tuple(dict.fromkeys(line for line in lines if line != first.event.line)),
        level=SelfHarm(first.event.level) if first.event.level else None,
        event=first.event.name,
        phrases=tuple(dict.fromkeys(seen.said for seen in [first, *sure])),
    )


def _sure_events(said: str) -> list[_Sighting]:
    characters = frozenset(said)
    seen = list(_sightings(said, characters))
    if not seen:
        return []
    cues = list(_cues(said, characters))
    return [sighting for sighting in seen if _weight(said, sighting, cues) >= ENOUGH]


def _sightings(said: str, characters: frozenset[str]) -> Iterator[_Sighting]:
    for event in lexicon().events:
        for found in _said_of(event, said, characters):
            if not _is_negated(said, found) and _is_accompanied(said, event, found):
                yield _Sighting(event, found.group(), found.start(), found.end())


def _said_of(event: Event, said: str, characters: frozenset[str]) -> Iterator[re.Match[str]]:
    for pattern in event.patterns:
        yield from pattern.found_in(said, characters)


def _is_negated(said: str, found: re.Match[str]) -> bool:
    return said[max(0, found.start() - 4) : found.start()].endswith(lexicon().negations)


def _is_accompanied(said: str, event: Event, found: re.Match[str]) -> bool:
    around = said[max(0, found.start() - event.within) : found.end() + event.within]
    return all(near.search(around) for near in event.near)


def _cues(said: str, characters: frozenset[str]) -> Iterator[tuple[Cue, int, int]]:
    for cue in lexicon().cues:
        for pattern in cue.patterns:
            for found in pattern.found_in(said, characters):
                yield cue, found.start(), found.end()


def _weight(said: str, seen: _Sighting, cues: list[tuple[Cue, int, int]]) -> int:
    """The event's weight after the cues around it; a cue counts once however often it is said."""
    binding = {
        cue.name: cue.weight
        for cue, start, end in cues
        if cue.concerns(seen.event) and _reaches(said, cue, (start, end), seen)
    }
    return seen.event.weight + sum(binding.values())


def _reaches(said: str, cue: Cue, found: tuple[int, int], seen: _Sighting) -> bool:
    """A cue with a reach binds only near the event, and not across a word for now."""
    if cue.reach is None:
        return True
    start, end = found
    if start >= seen.end and cue.only_before:
        return False
    between = said[end : seen.start] or said[seen.end : start]  # empty inside the event
    return len(between) <= cue.reach and not lexicon().now.search(between)


def _without_figures(said: str) -> str:
    """热死了, 跳楼价, 消防通道: alarming words that tell of nothing, blanked at equal length."""
    characters = frozenset(said)
    for figure in lexicon().figures:
        for found in figure.found_in(said, characters):
            said = said[: found.start()] + "□" * len(found.group()) + said[found.end() :]
    return said
