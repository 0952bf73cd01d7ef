"""How a draft goes from state to state. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.editing.models import DraftState
from hotline.errors import IllegalMove


class Move(StrEnum):
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    DISCARD = "discard"


MOVES: Mapping[DraftState, Mapping[Move, DraftState]] = {
    DraftState.DRAFT: {
        Move.SUBMIT: DraftState.IN_REVIEW,
        Move.DISCARD: DraftState.DISCARDED,
    },
    DraftState.IN_REVIEW: {
        Move.RECALL: DraftState.DRAFT,
        Move.APPROVE: DraftState.PUBLISHED,
        Move.RETURN: DraftState.RETURNED,
    },
    DraftState.RETURNED: {
        Move.SUBMIT: DraftState.IN_REVIEW,
        Move.DISCARD: DraftState.DISCARDED,
    },
}
WRITABLE = (DraftState.DRAFT, DraftState.RETURNED)
REVIEWING = (Move.APPROVE, Move.RETURN)


def state_after(state: str, move: Move) -> DraftState:
    """Raises IllegalMove for what the table does not know."""
    onward = MOVES.get(DraftState(state), {})
    if move not in onward:
        raise IllegalMove(state=state, move=str(move))
    return onward[move]
