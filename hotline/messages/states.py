"""The words of a message that goes out."""

from enum import StrEnum


class SendState(StrEnum):
    """Only ever moves forward in this order; the last three are ends."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"  # it may have gone: the network is asked, it does not go again before that
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"  # not worth sending any more


class Purpose(StrEnum):
    """Limits are kept apart by purpose, so that one cannot use up another's."""

    TICKET = "ticket"
    ANSWER = "answer"
    VENDOR = "vendor"


ENDED = frozenset({SendState.DELIVERED, SendState.FAILED, SendState.DROPPED})
_RANK = {state: place for place, state in enumerate(SendState)}


def is_forward(now: SendState, then: SendState) -> bool:
    """Reports of the network come in any order; a late one changes nothing."""
    return now not in ENDED and _RANK[then] > _RANK[now]
