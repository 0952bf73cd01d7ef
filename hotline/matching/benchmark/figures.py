"""What is counted about a ranking and about decisions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from hotline.matching.training.utterances import Labelled
from hotline.matching.values import Decision, Understanding

IN_SCOPE = ("gov", "ass", "cmp", "cnv")


@dataclass(frozen=True, slots=True)
class Ranking:
    """The place of the right service for every utterance (0 is first), and the time it took."""

    places: Sequence[int]
    ms: Sequence[float]

    def top(self, count: int) -> float:
        return _share(place < count for place in self.places)

    def mrr(self) -> float:
        return sum(1 / (place + 1) if place < 10 else 0 for place in self.places) / max(
            1, len(self.places)
        )

    def percentile(self, share: float) -> float:
        return float(np.percentile(self.ms, share)) if self.ms else 0.0

    def only(self, chosen: Sequence[bool]) -> "Ranking":
        kept = [place for place, wanted in zip(self.places, chosen, strict=True) if wanted]
        return Ranking(kept, [])


def ranked(
    rank: Callable[[str], list[str]], said: Sequence[Labelled], right: Sequence[frozenset[str]]
) -> Ranking:
    places, ms = [], []
    for one, keys in zip(said, right, strict=True):
        began = perf_counter()
        found = rank(one.text)
        ms.append((perf_counter() - began) * 1000)
        places.append(next((at for at, key in enumerate(found) if key in keys), 99))
    return Ranking(places, ms)


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, what was made of it, and whether its first result was right."""

    said: Labelled
    heard: Understanding
    is_right: bool

    def is_decided(self, decision: Decision) -> bool:
        return self.heard.decision is decision

    def is_in_scope(self) -> bool:
        return self.said.kind in IN_SCOPE and not self.said.hard_negative


def decision_quality(pairs: Sequence[Heard]) -> dict[str, float]:
    """The figures that a city would ask for, each a share between 0 and 1."""
    scope = [one for one in pairs if one.is_in_scope()]
    answered = [one for one in scope if one.is_decided(Decision.ANSWER)]
    return {
        "answered": len(answered) / max(1, len(scope)),
        "answered right": _share(one.is_right for one in answered),
        "out of scope answered": _decided(_of_kind(pairs, "oos"), Decision.ANSWER),
    } | safety(pairs)


def safety(pairs: Sequence[Heard]) -> dict[str, float]:
    """What was heard beside the need: danger, steering words, the district."""
    danger, steering = _of_kind(pairs, "emergency"), _of_kind(pairs, "control")
    harmless = [one for one in pairs if one.said.hard_negative]
    placed = [one for one in pairs if one.said.district]
    return {
        "emergency recall": _decided(danger, Decision.EMERGENCY),
        "emergency number": _share(o.said.emergency == o.heard.emergency for o in danger),
        "false alarms": _decided(harmless, Decision.EMERGENCY),
        "control": _share(one.said.control == one.heard.control for one in steering),
        "district": _share(one.said.district == one.heard.district for one in placed),
    }


def _of_kind(pairs: Sequence[Heard], kind: str) -> list[Heard]:
    return [one for one in pairs if one.said.kind == kind]


def _decided(pairs: Sequence[Heard], decision: Decision) -> float:
    return _share(one.is_decided(decision) for one in pairs)


def reliability(pairs: Sequence[Heard]) -> tuple[list[tuple[float, float, int]], float]:
    """(confidence, truth, count) of ten bins, and the expected calibration error."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for one in pairs:
        if one.heard.results and one.said.kind in (*IN_SCOPE, "oos"):
            confidence = one.heard.results[0].confidence
            bins[min(int(confidence * 10), 9)].append((confidence, one.is_right))
    rows = [
        (sum(c for c, _ in filled) / len(filled), _share(t for _, t in filled), len(filled))
        for filled in bins
        if filled
    ]
    error = sum(abs(confidence - truth) * count for confidence, truth, count in rows)
    return rows, error / max(1, sum(map(len, bins)))


def _share(facts: Iterable[bool]) -> float:
    counted = list(facts)
    return sum(counted) / len(counted) if counted else 0.0
