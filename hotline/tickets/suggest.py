"""Which subject a matter belongs to, by its words. Pure.

Every subject is known by its name and by sentences that residents say. A sentence counts by how
much of it was said, rare pairs of characters weighing more (inverse document frequency), and by
how much of what was said belongs to the subject at all.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.tickets.search import grams

SURE_ENOUGH = 0.62
ENTRY_SURE_ENOUGH = 0.4
_PHRASE_SHARE = 0.6
_LEAST = 0.25


@dataclass(frozen=True, slots=True)
class SubjectPhrases:
    """A third-level subject, the name of its parent, and what people say of it."""

    code: str
    name: str
    parent_name: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuggestedSubject:
    """`reason` is the name or sentence that came nearest; `score` is 0 to 1."""

    code: str
    name: str
    score: float
    reason: str
    is_sure: bool = False


class SubjectIndex:
    """The subjects of a city, ready to be asked."""

    def __init__(self, subjects: Sequence[SubjectPhrases]) -> None:
        self._subjects = [
            (subject, {text: set(grams(text)) for text in (subject.name, *subject.examples)})
            for subject in subjects
        ]
        self._wholes = [
            set(grams(subject.parent_name)).union(*phrases.values())
            for subject, phrases in self._subjects
        ]
        seen = Counter(gram for whole in self._wholes for gram in whole)
        count = len(self._wholes) + 1
        self._weights = {gram: math.log(count / (times + 0.5)) for gram, times in seen.items()}

    def nearest(self, text: str, limit: int = 3) -> list[SuggestedSubject]:
        """The nearest subjects, best first; none when nothing is near."""
        said = set(grams(text)) & self._weights.keys()
        weight = self._weight(said)
        if not weight:
            return []
        found = [
            self._score(said, weight, place)
            for place, whole in enumerate(self._wholes)
            if said & whole
        ]
        near = [one for one in found if one.score >= _LEAST]
        return sorted(near, key=lambda one: (-one.score, one.code))[:limit]

    def of_entry(self, phrases: Sequence[str]) -> SuggestedSubject | None:
        """The subject of a whole entry of the directory, known by its name and what people say.

        Here the whole subject counts, not one sentence of it, since both sides have many.
        """
        said = set(grams(*phrases)) & self._weights.keys()
        weight = self._weight(said)
        best: SuggestedSubject | None = None
        for (subject, texts), whole in zip(self._subjects, self._wholes, strict=True):
            if not said & whole:
                continue
            shares = [self._share(said, parts) for parts in texts.values()]
            belongs = self._weight(said & whole) / weight
            score = round((sum(shares) / len(shares) + belongs) / 2, 3)
            if score >= ENTRY_SURE_ENOUGH and (best is None or score > best.score):
                best = SuggestedSubject(subject.code, subject.name, score, phrases[0], is_sure=True)
        return best

    def _score(self, said: set[str], weight: float, place: int) -> SuggestedSubject:
        subject, phrases = self._subjects[place]
        shares = {text: self._share(said, parts) for text, parts in phrases.items()}
        reason = max(shares, key=lambda text: shares[text])
        belongs = self._weight(said & self._wholes[place]) / weight
        score = _PHRASE_SHARE * shares[reason] + (1 - _PHRASE_SHARE) * belongs
        return SuggestedSubject(
            subject.code, subject.name, round(score, 3), reason, is_sure=score >= SURE_ENOUGH
        )

    def _share(self, said: set[str], parts: set[str]) -> float:
        whole = self._weight(parts)
        return self._weight(said & parts) / whole if whole else 0.0

    def _weight(self, parts: set[str]) -> float:
        return sum(self._weights.get(gram, 0.0) for gram in parts)
