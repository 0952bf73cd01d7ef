"""From one utterance to what the caller wants: pure, no I/O, the same answer every time."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Self

import numpy as np

from hotline.directory.entry import Entry
from hotline.matching.controls import Control, hear_control
from hotline.matching.decide import MOST_CHOICES, decide
from hotline.matching.districts import Gazetteer
from hotline.matching.elsewhere import is_elsewhere
from hotline.matching.emergencies import Emergency
from hotline.matching.emergency_meaning import hear_with_meaning
from hotline.matching.families import Family, Sayings
from hotline.matching.features import BASE, Heard
from hotline.matching.index import Index, Nearest
from hotline.matching.needs import split_needs
from hotline.matching.normalize import normalize
from hotline.matching.rank import Ranker, probabilities, shipped_ranker, signs_of
from hotline.matching.semantic import Semantic
from hotline.matching.suggest import Scored, best
from hotline.matching.terms import Floats
from hotline.matching.values import (
    Channel,
    Context,
    Decision,
    Match,
    Reason,
    Suggestion,
    Understanding,
)
from hotline.matching.wording import bare, gist, without_district

_HEAD, _TAIL = 160, 80
"""Characters of an utterance that are compared; nobody says more in one turn and means it."""
_RESULTS = 5
_NEAR = 0.12
"""An entry that shares less than this with the utterance in every channel is not near."""
_BOOST = 1.0
_TYPED = 40
_LONGEST_TOPIC, _MANY = 5, 3
_CHOSEN = 0.9
"""How likely one of a bare topic's first services is meant."""
_MET = 0.3
_ALIKE = 0.2
"""Of a suggestion's score, for entries that are merely like what was typed: behind the others."""
NOWHERE = Context()


@dataclass(frozen=True, slots=True)
class Matcher:
    """Immutable: a change of the directory makes another matcher that shares most of this one."""

    index: Index
    places: Gazetteer
    ranker: Ranker
    districts: frozenset[str]
    semantic: Semantic | None = None

    @classmethod
    def build(
        cls,
        entries: Iterable[Entry],
        places: Gazetteer,
        *,
        sayings: Sayings | None = None,
        semantic: Semantic | None = None,
    ) -> Self:
        index = Index.build(entries, {} if sayings is None else sayings, semantic)
        ranker = shipped_ranker(with_meaning=semantic is not None)
        return cls(index, places, ranker, index.districts, semantic)

    def with_changes(self, upserts: Sequence[Entry], deletes: Sequence[str] = ()) -> Self:
        """What an edit or a publication makes of this matcher; takes milliseconds."""
        return replace(self, index=self.index.with_changes(upserts, deletes))

    def hurried(self) -> Self:
        """The same matcher without meaning, for when more callers speak than there is time for."""
        return replace(self, semantic=None, ranker=shipped_ranker(with_meaning=False))

    def match(self, utterance: str, context: Context = NOWHERE) -> Understanding:
        began = perf_counter()
        understanding = self._understand(normalize(utterance), context)
        return replace(understanding, ms=(perf_counter() - began) * 1000)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """What someone typing may mean, best first; also by pinyin and its first letters."""
        typed = bare(normalize(text))[:_TYPED]
        found = self.index.typed(typed) if typed else {}
        if typed and len(found) < limit:
            found |= self._alike(typed, limit, found)
        return best(found, limit)

    def _alike(self, typed: str, limit: int, known: Container[str]) -> dict[str, Scored]:
        """Services that are ranked for what was typed as if it had been said."""
        nearest = self.index.nearest(Heard.of(typed))
        if not nearest.families:
            return {}
        ranker = shipped_ranker(with_meaning=False)
        shares = probabilities(ranker.raw(nearest.rows), ranker.temperature)
        return {
            nearest.families[place].key: (nearest.families[place], _ALIKE * float(shares[place]))
            for place in np.argsort(-shares, kind="stable")[:limit]
            if nearest.families[place].key not in known and nearest.rows[place, _COVERED] > _MET
        }

    @property
    def is_crowded(self) -> bool:
        """So much was edited that building anew, away from the calls, pays."""
        return self.index.is_crowded

    def unknown_phrases(self) -> list[str]:
        """Phrases whose meaning is still to be worked out; `Semantic.learn` does it."""
        return [] if self.semantic is None else self.semantic.missing(self.index.phrases())

    def with_meanings(self) -> Self:
        """The same matcher with the vectors that were learned since."""
        return replace(self, index=self.index.with_meanings())

    def _understand(self, text: str, context: Context) -> Understanding:
        control = hear_control(text)
        heard_in = self.places.district_of(text)
        district = None if heard_in is None else heard_in.district
        needs = split_needs(text)
        where = replace(context, district=district or context.district)
        told = [self._told(need) for need in needs]
        results = _merged([self._ranked(heard, where) for heard in told if heard is not None])
        vectors = [heard.meaning for heard in told if heard and heard.meaning is not None]
        emergency = hear_with_meaning(text, vectors)
        if self._is_bare_topic(told):
            results = _unsure(results)
        decision = self._decided(text, results)
        return Understanding(
            decision=_foremost(decision, control, emergency),
            emergency=None if emergency is None else str(emergency.line),
            control=None if control is None else str(control),
            district=district,
            needs=needs,
            results=results,
        )

    def _decided(self, text: str, results: Sequence[Match]) -> Decision:
        decision = decide(results, self.ranker.thresholds)
        if decision is Decision.ANSWER and is_elsewhere(text):
            return Decision.CONFIRM
        return decision

    def _told(self, need: str) -> Heard | None:
        """One need as it is compared; None when nothing of it is left."""
        said = self.places.without_whereabouts(need) or need
        text = bounded(without_district(gist(said), self.districts))
        if not text:
            return None
        return Heard.of(text, None if self.semantic is None else self.semantic.utterance(text))

    def _is_bare_topic(self, told: Sequence[Heard | None]) -> bool:
        """Only the name of what many services are about was said ("身份证"), and not what for."""
        if len(told) != 1 or told[0] is None or len(told[0].text) > _LONGEST_TOPIC:
            return False
        return self.index.count_about(told[0]) >= _MANY

    def _ranked(self, heard: Heard, context: Context) -> tuple[Match, ...]:
        nearest = self.index.nearest(heard)
        near = (
            (nearest.rows[:, _LEXICAL].max(axis=1, initial=0) >= _NEAR)
            if len(nearest.families)
            else np.zeros(0, np.bool_)
        )
        if not near.any():
            return ()
        raw = self.ranker.raw(nearest.rows) + _expected(nearest.families, context)
        first = self.ranker.confidence(signs_of(nearest.rows, raw, len(heard.text)))
        shares = probabilities(raw, self.ranker.temperature)
        order = np.argsort(-raw, kind="stable")[:_RESULTS]
        return tuple(
            _match(nearest, int(i), context, float(shares[i]), confidence)
            for i, confidence in zip(order, _confidences(shares[order], first), strict=True)
        )


def _foremost(decision: Decision, control: Control | None, emergency: Emergency | None) -> Decision:
    """Danger comes before orders, orders before needs."""
    if emergency is not None:
        return Decision.EMERGENCY
    return decision if control is None else Decision.CONTROL


_COVERED = BASE.index("characters.coverage")
_LEXICAL = [BASE.index(name) for name in ("characters.coverage", "syllables.closest",
            "characters.closest")]  # fmt: skip


def _unsure(results: tuple[Match, ...]) -> tuple[Match, ...]:
    """The same results, of which each may be meant: worth reading out, not worth saying."""
    first = results[:MOST_CHOICES]
    return tuple(replace(match, confidence=round(_CHOSEN / len(first), 4)) for match in first)


def bounded(text: str) -> str:
    return text if len(text) <= _HEAD + _TAIL else text[:_HEAD] + text[-_TAIL:]


def _expected(families: Sequence[Family], context: Context) -> Floats:
    """What is going on now, and what the caller has asked before, is more likely meant."""
    expected = context.incidents | context.open_tickets
    if not expected:
        return np.zeros(len(families), np.float32)
    return np.array(
        [_BOOST * any(m.id in expected for m in family.members) for family in families],
        np.float32,
    )


def _confidences(shares: Floats, first: float) -> list[float]:
    """The first by calibration; the others share what it leaves, by their softmax."""
    rest = float(shares[1:].sum())
    left = (1 - first) * min(1.0, rest / max(1e-6, 1 - float(shares[0])))
    others = [left * float(share) / max(rest, 1e-6) for share in shares[1:]]
    return [first, *(min(first, other) for other in others)]


def _match(nearest: Nearest, row: int, context: Context, score: float, confidence: float) -> Match:
    family = nearest.families[row]
    versions = family.versions_for(context.district)
    return Match(
        entry_id=versions[0].id,
        score=round(score, 4),
        confidence=round(confidence, 4),
        reasons=_reasons(nearest, row, context),
    )


_SPEAKS = tuple((channel, BASE.index(name)) for channel, name in (
    (Channel.CHARACTERS, "characters.closest"),
    (Channel.PINYIN, "syllables.closest"),
    (Channel.WORDING, "syllables.partial"),
    (Channel.MEANING, "meaning.closest"),
))  # fmt: skip


def _reasons(nearest: Nearest, row: int, context: Context) -> tuple[Reason, ...]:
    values, phrase = nearest.rows[row], nearest.phrase(row)
    reasons = [Reason(channel, phrase, round(float(values[at]), 3)) for channel, at in _SPEAKS]
    if _expected([nearest.families[row]], context)[0] > 0:
        reasons.append(Reason(Channel.CONTEXT, nearest.families[row].members[0].name, _BOOST))
    heard = [reason for reason in reasons if reason.weight > 0.1]
    return tuple(sorted(heard, key=lambda reason: -reason.weight))


def _merged(ranked: Sequence[tuple[Match, ...]]) -> tuple[Match, ...]:
    """The results of several needs in turn: the best of each first, in the order said."""
    merged: dict[str, Match] = {}
    for place in range(_RESULTS):
        for results in ranked:
            if place < len(results):
                merged.setdefault(results[place].entry_id, results[place])
    return tuple(merged.values())[:_RESULTS]
