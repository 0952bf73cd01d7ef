"""A vendor's grade for a month, its warnings, and what it can do about them. Pure.

0.35 satisfied + 0.20 on time + 0.15 offers accepted + 0.15 orders completed + 0.15 without
complaint. Each share is drawn toward 0.9 as if ten more cases had gone that way, so that few
orders neither make nor break a vendor. Under 90 % satisfied (of ten rated orders or more) is a
warning; two months running suspend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

PRIOR = 0.9
PRIOR_WEIGHT = 10
LEAST_RATED = 10
LEAST_SATISFACTION = 0.9
SATISFIED_FROM = 3  # 基本满意 and better, as for tickets


class Grade(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    WATCH = "watch"  # 观察
    SUSPENDED = "suspended"  # 停用


class Mark(StrEnum):
    """What is marked, in the order in which it is shown."""

    SATISFIED = "satisfied"
    ON_TIME = "on_time"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    WITHOUT_COMPLAINT = "without_complaint"


WEIGHTS: Mapping[Mark, float] = {
    Mark.SATISFIED: 0.35,
    Mark.ON_TIME: 0.20,
    Mark.ACCEPTED: 0.15,
    Mark.COMPLETED: 0.15,
    Mark.WITHOUT_COMPLAINT: 0.15,
}
_FROM: Sequence[tuple[float, Grade]] = ((0.93, Grade.A), (0.87, Grade.B), (0.80, Grade.C))


class Advice(StrEnum):
    """What a vendor can do, worst first; the words are with the pages."""

    APPEAL = "appeal"
    CLEAR_SUSPENSION = "clear_suspension"
    RAISE_SATISFACTION = "raise_satisfaction"
    ARRIVE_ON_TIME = "arrive_on_time"
    ACCEPT_MORE = "accept_more"
    COMPLETE_MORE = "complete_more"
    AVOID_COMPLAINTS = "avoid_complaints"
    KEEP_ON = "keep_on"


_HELPS: Mapping[Mark, Advice] = {
    Mark.SATISFIED: Advice.RAISE_SATISFACTION,
    Mark.ON_TIME: Advice.ARRIVE_ON_TIME,
    Mark.ACCEPTED: Advice.ACCEPT_MORE,
    Mark.COMPLETED: Advice.COMPLETE_MORE,
    Mark.WITHOUT_COMPLAINT: Advice.AVOID_COMPLAINTS,
}


@dataclass(frozen=True, slots=True)
class Count:
    """`good` of `all` cases. Raises ValueError where there are more good ones than all."""

    good: int = 0
    all: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.good <= self.all:
            raise ValueError(f"{self.good} of {self.all}")

    @property
    def shrunk(self) -> float:
        return (self.good + PRIOR * PRIOR_WEIGHT) / (self.all + PRIOR_WEIGHT)


Counts = Mapping[Mark, Count]


@dataclass(frozen=True, slots=True)
class Standing:
    score: float
    grade: Grade
    satisfaction: float
    is_warned: bool


def standing_of(counts: Counts, *, was_warned: bool) -> Standing:
    """`was_warned`: in the month before. A warned vendor is at best under watch."""
    score = sum(weight * counts.get(mark, Count()).shrunk for mark, weight in WEIGHTS.items())
    rated = counts.get(Mark.SATISFIED, Count())
    is_warned = rated.all >= LEAST_RATED and rated.good < LEAST_SATISFACTION * rated.all
    return Standing(score, _grade(score, is_warned, was_warned), rated.shrunk, is_warned)


def advice_for(counts: Counts, standing: Standing) -> Sequence[Advice]:
    """What to do, most weighty first: each mark below what is expected, by what it costs."""
    first = []
    if standing.grade is Grade.SUSPENDED:
        first = [Advice.APPEAL, Advice.CLEAR_SUSPENSION]
    elif standing.is_warned:
        first = [Advice.APPEAL]
    costs = {
        mark: weight * (PRIOR - counts.get(mark, Count()).shrunk)
        for mark, weight in WEIGHTS.items()
    }
    short = sorted((mark for mark in Mark if costs[mark] > 1e-9), key=lambda one: -costs[one])
    return [*first, *(_HELPS[mark] for mark in short)] or [Advice.KEEP_ON]


def _grade(score: float, is_warned: bool, was_warned: bool) -> Grade:
    if is_warned:
        return Grade.SUSPENDED if was_warned else Grade.WATCH
    return next((grade for least, grade in _FROM if score >= least), Grade.WATCH)
