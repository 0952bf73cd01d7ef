"""How a draft goes from state to state. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.editing.models import DraftState
from hotline.errors import IllegalMove


class DraftStep(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    DISCARD = "discard"


MOVES: Mapping[DraftState, Mapping[DraftStep, DraftState]] = {
    DraftState.DRAFT: {
        DraftStep.SUBMIT: DraftState.IN_REVIEW,
        DraftStep.DISCARD: DraftState.DISCARDED,
    },
    DraftState.IN_REVIEW: {
        DraftStep.RECALL: DraftState.DRAFT,
        DraftStep.APPROVE: DraftState.PUBLISHED,
        DraftStep.RETURN: DraftState.RETURNED,
    },
    DraftState.RETURNED: {
        DraftStep.SUBMIT: DraftState.IN_REVIEW,
        DraftStep.DISCARD: DraftState.DISCARDED,
    },
}
WRITABLE = (DraftState.DRAFT, DraftState.RETURNED)
REVIEWING = (DraftStep.APPROVE, DraftStep.RETURN)


def state_after(state: str, move: DraftStep) -> DraftState:
    """Raises IllegalMove for what the table does not know."""
    onward = MOVES.get(DraftState(state), {})
    if move not in onward:
        raise IllegalMove(state=state, move=str(move))
    return onward[move]
