"""Try a sentence on a draft: what callers would hear with it in place, and what competes with it.

Runs the live matcher and the live talk over a copy of the directory; nothing is kept.
"""

import asyncio
from dataclasses import dataclass, replace

from hotline.conversation import dialogue
from hotline.conversation.live_directory import CityDirectory
from hotline.conversation.talk import Heard, Line, Talk
from hotline.conversation.wording import Wording, fitted
from hotline.directory.entry import Entry
from hotline.matching.families import family_key
from hotline.matching.match import Matcher
from hotline.matching.values import Context, Match, Understanding

MOST_NEEDS = 3
MOST_PHRASES = 60
_UNSAID = "……"


@dataclass(frozen=True, slots=True)
class Astray:
    """A phrase of the draft by which callers would come to another entry."""

    phrase: str
    match: Match


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`heard` are the sentences of the first answer."""

    understood: Understanding
    heard: tuple[str, ...]
    astray: tuple[Astray, ...]


async def rehearse(
    city: CityDirectory, entry: Entry, text: str, *, district: str | None, is_gone: bool = False
) -> Rehearsal:
    """`is_gone`: the draft takes the entry away."""
    trial = await asyncio.to_thread(_with_draft, city, entry, is_gone=is_gone)
    understood = await trial.understand(text, Context(district=district))
    heard = await _heard(trial, Heard(text), understood, Talk(district=district))
    phrases = () if is_gone else entry.aliases[:MOST_PHRASES]
    family = trial.versions.get(family_key(entry), ())
    astray = await asyncio.to_thread(_astray, trial.matcher, entry, phrases, family, district)
    return Rehearsal(understood, heard, astray)


def _with_draft(city: CityDirectory, entry: Entry, *, is_gone: bool) -> CityDirectory:
    entries = {key: one for key, one in city.entries.items() if key != entry.id}
    versions = {
        family: kept
        for family, keys in city.versions.items()
        if (kept := tuple(key for key in keys if key != entry.id))
    }
    if is_gone:
        matcher = city.matcher.with_changes((), [entry.id])
        return _hearing(city, matcher, entries, versions)
    entries[entry.id] = entry
    family = family_key(entry)
    versions[family] = (*versions.get(family, ()), entry.id)
    matcher = _knowing(city.matcher.with_changes([entry]))
    return _hearing(city, matcher, entries, versions)


def _hearing(
    city: CityDirectory,
    matcher: Matcher,
    entries: dict[str, Entry],
    versions: dict[str, tuple[str, ...]],
) -> CityDirectory:
    hurried = matcher.hurried()
    return replace(city, matcher=matcher, hurried=hurried, entries=entries, versions=versions)


def _knowing(matcher: Matcher) -> Matcher:
    """What the new phrases mean is worked out now, as it would be after publishing."""
    unknown = matcher.unknown_phrases()[:MOST_PHRASES]
    if not unknown or matcher.semantic is None:
        return matcher
    matcher.semantic.learn(unknown)
    return matcher.with_meanings()


async def _heard(
    trial: CityDirectory, heard: Heard, understood: Understanding, talk: Talk
) -> tuple[str, ...]:
    """The sentences of one turn, several needs of one breath included; no effect is carried out."""
    known = trial.known(None)
    spoken: list[tuple[str, str]] = []
    for _ in range(MOST_NEEDS):
        turn = dialogue.next_turn(talk, heard, understood, known)
        spoken += [(line.key, _said(trial.wording, line)) for line in turn.say]
        if turn.consider is None:
            break
        heard, talk = Heard(turn.consider), turn.talk
        understood = await trial.understand(heard.text, Context(district=talk.district))
    return fitted(spoken)


def _said(wording: Wording, line: Line) -> str:
    return wording.spoken(line, ticket=_UNSAID, code=_UNSAID, last="")


def _astray(
    matcher: Matcher,
    entry: Entry,
    phrases: tuple[str, ...],
    family: tuple[str, ...],
    district: str | None,
) -> tuple[Astray, ...]:
    """The versions of one service for several districts do not compete."""
    there = Context(district=district or next(iter(entry.districts), None))
    firsts = ((phrase, matcher.match(phrase, there).results[:1]) for phrase in phrases)
    return tuple(
        Astray(phrase, first)
        for phrase, results in firsts
        for first in results
        if first.entry_id != entry.id and first.entry_id not in family
    )
