"""What a waiting caller hears this time round; pure.

Place and wait once at the beginning, then every 45 s; from 30 s on the callback is offered.
A document is asked for again with the same time when the network repeats itself, so a telling at
exactly the time of the last one is the same telling.
"""

from dataclasses import dataclass

TELL_EVERY = 45
OFFER_CALLBACK_AFTER = 30


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """`tells_place` now; `offers_callback` by the key 1; `has_music` between the sentences."""

    tells_place: bool
    offers_callback: bool
    has_music: bool


def plan_wait(
    waited: int, told_after: int | None, *, is_emergency: bool, may_call_back: bool
) -> WaitPlan:
    """`waited` are the host's seconds of waiting, `told_after` those of the last telling.

    An emergency hears neither music nor a place in a line nor an offer to hang up.
    """
    if is_emergency:
        return WaitPlan(False, False, False)
    is_due = told_after is None or waited - told_after >= TELL_EVERY or waited == told_after
    return WaitPlan(is_due, may_call_back and waited >= OFFER_CALLBACK_AFTER, True)
