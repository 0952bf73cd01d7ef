"""Whether a caller is in an emergency now, and whose line that is.

Events (`lexicon/emergencies.toml`) carry a weight; cues around them add to it (now, help) or
take from it (long ago, a form to fill in, what if, over already). An event that keeps at least
`ENOUGH` is sure. Beside these rules listens an ear that learned from examples. What both noticed
is weighed by `emergency_verdict.py`; sure events name the line unless the ear knows far better.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from hotline.matching.emergency_ear import LINES, Ear, runs_of, shipped_ear
from hotline.matching.emergency_lexicon import Cue, Event, lexicon
from hotline.matching.emergency_verdict import Signs, log_odds
from hotline.matching.normalize import normalize
from hotline.matching.terms import Floats

LONGEST = 300
"""Characters; someone in danger has said so by then."""
ENOUGH = 3
BELIEVED = 4.0
"""What a sure event adds to the log-odds of its line."""
UNFORESEEN = "heard"
"""The event of an alarm whose line no rule named."""


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


@dataclass(frozen=True, slots=True)
class Noticed:
    """All that rules and ear noticed in an utterance: `sure` events, signs, what the ear heard."""

    sure: tuple[_Sighting, ...]
    signs: Signs
    runs: frozenset[str]

    def rules_line(self) -> str | None:
        """The line that the rules alone would name."""
        return _foremost(self.sure).event.line if self.sure else None

    def is_told_of_self_harm(self) -> bool:
        return any(seen.event.level for seen in self.sure)


def hear_emergency(text: str) -> Emergency | None:
    """The emergency that the utterance tells of; None for talk that merely sounds like one."""
    noticed = notice(text)
    return judged(noticed, None) if log_odds(noticed.signs, None) > 0 else None


def notice(text: str) -> Noticed:
    """Bounded work, whatever was said."""
    said = _heard_aright(text)
    runs = runs_of(said, lexicon().people)
    cues = list(_cues(said))
    weighed = [(seen, _weight(said, seen, cues)) for seen in _sightings(said)]
    sure = tuple(seen for seen, weight in weighed if weight >= ENOUGH)
    alarm = shipped_ear().alarm(runs)
    return Noticed(
        sure, _signs(weighed, len({seen.event.name for seen in sure}), cues, alarm), runs
    )


def judged(noticed: Noticed, meant: Floats | None, ear: Ear | None = None) -> Emergency:
    """The emergency by its line; `meant` are log-probabilities of `LINES` by meaning."""
    ear = ear or shipped_ear()
    likely = ear.likely(noticed.runs)
    if meant is not None:
        likely = likely + meant
    rules = noticed.rules_line()
    if rules is not None:
        likely[LINES.index(rules)] += BELIEVED
    line = LINES[int(np.argmax(likely))]
    if rules is not None and (line == rules or noticed.is_told_of_self_harm()):
        return _named(noticed.sure)
    level = SelfHarm.MEDIUM if line == "12356" else None
    also = () if rules is None else (rules,)
    return Emergency(line, also, level, UNFORESEEN, ear.telling(noticed.runs))


def _heard_aright(text: str) -> str:
    said = lexicon().sounds.restore(normalize(text[: 2 * LONGEST])[:LONGEST])
    return _without_figures(said)


def _signs(
    weighed: Sequence[tuple[_Sighting, int]],
    sure: int,
    cues: Sequence[tuple[Cue, int, int]],
    alarm: float,
) -> Signs:
    weights = {cue.name: cue.weight for cue, _, _ in cues}.values()
    return Signs(
        is_sure=sure > 0,
        sure_events=sure,
        heaviest=max((weight for _, weight in weighed), default=0),
        is_seen=bool(weighed),
        against=sum(weight for weight in weights if weight < 0),
        pressing=sum(weight for weight in weights if weight > 0),
        is_spoken_against=any(cue.weight < 0 and not cue.only for cue, _, _ in cues),
        ear=alarm,
    )


def _named(sure: Sequence[_Sighting]) -> Emergency:
    first = _foremost(sure)
    lines = [line for seen in [first, *sure] for line in (seen.event.line, *seen.event.also)]
    return Emergency(
        line=first.event.line,
        also=tuple(dict.fromkeys(line for line in lines if line != first.event.line)),
        level=SelfHarm(first.event.level) if first.event.level else None,
        event=first.event.name,
        phrases=tuple(dict.fromkeys(seen.said for seen in [first, *sure])),
    )


def _foremost(sure: Sequence[_Sighting]) -> _Sighting:
    return max(sure, key=lambda seen: seen.event.priority)


def _sightings(said: str) -> Iterator[_Sighting]:
    for event, pattern in lexicon().said_of_events.likely(said):
        for found in pattern.finditer(said):
            if not _is_negated(said, found) and _is_accompanied(said, event, found):
                yield _Sighting(event, found.group(), found.start(), found.end())


def _is_negated(said: str, found: re.Match[str]) -> bool:
    return said[max(0, found.start() - 4) : found.start()].endswith(lexicon().negations)


def _is_accompanied(said: str, event: Event, found: re.Match[str]) -> bool:
    around = said[max(0, found.start() - event.within) : found.end() + event.within]
    return all(near.search(around) for near in event.near)


def _cues(said: str) -> Iterator[tuple[Cue, int, int]]:
    for cue, pattern in lexicon().said_of_cues.likely(said):
        for found in pattern.finditer(said):
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
    for _, pattern in lexicon().figures.likely(said):
        for found in pattern.finditer(said):
            said = said[: found.start()] + "□" * len(found.group()) + said[found.end() :]
    return said
