"""Whether a caller is in an emergency now, and whose line that is.

Events (`lexicon/emergencies.toml`) carry a weight; cues around them add to it (now, help) or
take from it (long ago, a form to fill in, what if, over already). An event that keeps at least
`ENOUGH` counts, and the most pressing one names the line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hotline.matching.emergency_lexicon import Cue, Event, lexicon
from hotline.matching.homophones import restore
from hotline.matching.normalize import normalize

LONGEST = 300
"""Characters; someone in danger has said so by then."""
ENOUGH = 3


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
    said = _without_figures(restore(normalize(text[: LONGEST * 2])[:LONGEST], lexicon().sounds))
    sure = [seen for seen in _sightings(said) if weigh(said, seen) >= ENOUGH]
    if not sure:
        return None
    first = max(sure, key=lambda seen: seen.event.priority)
    lines = [line for seen in [first, *sure] for line in (seen.event.line, *seen.event.also)]
    level = SelfHarm(first.event.level) if first.event.level else None
    return Emergency(
        line=first.event.line,
        also=tuple(dict.fromkeys(line for line in lines if line != first.event.line)),
        level=level,
        event=first.event.name,
        phrases=tuple(dict.fromkeys(seen.said for seen in [first, *sure])),
    )


def weigh(said: str, seen: _Sighting) -> int:
    """The event's weight after the cues around it."""
    return seen.event.weight + sum(cue.weight for cue in _cues_for(said, seen))


def _sightings(said: str) -> Iterator[_Sighting]:
    for event in lexicon().events:
        for found in event.pattern.finditer(said):
            if not _is_negated(said, found):
                yield _Sighting(event, found.group(), found.start(), found.end())


def _is_negated(said: str, found: re.Match[str]) -> bool:
    return said[max(0, found.start() - 4) : found.start()].endswith(lexicon().negations)


def _cues_for(said: str, seen: _Sighting) -> Iterator[Cue]:
    for cue in lexicon().cues:
        if seen.event.name in cue.spares or seen.event.line in cue.spares:
            continue
        if any(_reaches(said, cue, found, seen) for found in cue.pattern.finditer(said)):
            yield cue


def _reaches(said: str, cue: Cue, found: re.Match[str], seen: _Sighting) -> bool:
    """A cue with a reach binds only near the event, and not across a word for now."""
    if cue.reach is None:
        return True
    if found.end() <= seen.start:
        between = said[found.end() : seen.start]
    elif cue.only_before:
        return False
    else:
        between = said[seen.end : found.start()]
    return len(between) <= cue.reach and not lexicon().now.search(between)


def _without_figures(said: str) -> str:
    """热死了, 跳楼价, 消防通道: alarming words that tell of nothing, blanked at equal length."""
    return lexicon().figures.sub(lambda figure: "□" * len(figure.group()), said)
