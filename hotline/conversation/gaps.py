"""What callers ask for and the directory does not answer, in groups, with a proposal; pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hotline.matching.normalize import normalize

ALIKE = 0.5
"""Overlap of character pairs (Szymkiewicz-Simpson) from which two utterances are one thing."""
NEAR = 0.25
"""Confidence from which the nearest entry is probably the one that lacks a phrase."""
MOST_EXAMPLES = 5
MOST_COMPARED = 12

_MARKS = re.compile(r"\W|_")


class Proposal(StrEnum):
    """Teach an entry how people say it, or write an entry that is not there."""

    ADD_PHRASE = "add_phrase"
    NEW_ENTRY = "new_entry"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One turn that was not answered at once: masked words, and what came nearest."""

    text: str
    entry_id: str | None
    confidence: float
    chosen_entry_id: str | None = None


@dataclass(slots=True)
class Gap:
    """Utterances about one thing, most frequent wording first."""

    members: list[set[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    votes: dict[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.texts)

    @property
    def entry_id(self) -> str | None:
        """The entry that agents chose or the matcher thought of most."""
        return max(self.votes, key=lambda key: self.votes[key]) if self.votes else None

    @property
    def proposal(self) -> Proposal:
        best = max(self.votes.values(), default=0.0)
        return Proposal.ADD_PHRASE if best / self.count >= NEAR else Proposal.NEW_ENTRY

    @property
    def examples(self) -> Sequence[str]:
        return list(dict.fromkeys(self.texts))[:MOST_EXAMPLES]


def gaps_in(utterances: Iterable[Utterance]) -> list[Gap]:
    """Groups of like utterances, the largest first."""
    gaps: list[Gap] = []
    for utterance in utterances:
        grams = _grams(utterance.text)
        if not grams:
            continue
        gap = _nearest(gaps, grams)
        if gap is None:
            gap = Gap()
            gaps.append(gap)
        _add(gap, utterance, grams)
    return sorted(gaps, key=lambda gap: -gap.count)


def _nearest(gaps: Sequence[Gap], grams: set[str]) -> Gap | None:
    alike = [
        (max(_likeness(member, grams) for member in gap.members), place)
        for place, gap in enumerate(gaps)
    ]
    best = max(alike, default=(0.0, -1))
    return gaps[best[1]] if best[0] >= ALIKE else None


def _add(gap: Gap, utterance: Utterance, grams: set[str]) -> None:
    gap.texts.append(utterance.text)
    if len(gap.members) < MOST_COMPARED:
        gap.members.append(grams)
    if utterance.chosen_entry_id is not None:
        gap.votes[utterance.chosen_entry_id] = gap.votes.get(utterance.chosen_entry_id, 0.0) + 1.0
    elif utterance.entry_id is not None:
        known = gap.votes.get(utterance.entry_id, 0.0)
        gap.votes[utterance.entry_id] = known + utterance.confidence


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other))


def _grams(text: str) -> set[str]:
    said = _MARKS.sub("", normalize(text))
    return {said[place : place + 2] for place in range(len(said) - 1)}
