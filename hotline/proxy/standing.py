"""What may happen next to a matter. Pure: plain values in, answers out."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from hotline.proxy.states import PaperState, StepState

PAPER_MOVES: Mapping[PaperState, frozenset[PaperState]] = {
    PaperState.NEEDED: frozenset({PaperState.RECEIVED, PaperState.WAIVED}),
    PaperState.RECEIVED: frozenset({PaperState.RETURNED}),
    PaperState.RETURNED: frozenset({PaperState.RECEIVED}),
    PaperState.WAIVED: frozenset({PaperState.NEEDED}),
}


class HasState(Protocol):
    @property
    def state(self) -> str: ...


class Numbered(HasState, Protocol):
    @property
    def position(self) -> int: ...


def may_become(now: str, wanted: PaperState) -> bool:
    return wanted in PAPER_MOVES[PaperState(now)]


def are_together(papers: Sequence[HasState]) -> bool:
    """Nothing is needed any more: the way can begin."""
    return all(paper.state != PaperState.NEEDED for paper in papers)


def are_given_back(papers: Sequence[HasState]) -> bool:
    """Whatever was received has gone back to the resident."""
    return all(paper.state != PaperState.RECEIVED for paper in papers)


def next_step(steps: Sequence[Numbered]) -> int | None:
    """The position of the first step that waits; None at the end of the way."""
    waiting = [step.position for step in steps if step.state == StepState.WAITING]
    return min(waiting, default=None)


def is_at_the_end(steps: Sequence[HasState]) -> bool:
    return all(step.state == StepState.DONE for step in steps)
