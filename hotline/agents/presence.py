"""Which states an agent may choose, and which come by themselves; pure."""

from dataclasses import dataclass

from hotline.agents.models import Presence

CHOOSABLE = frozenset({Presence.READY, Presence.BREAK, Presence.OFFLINE, Presence.WRAP_UP})
MISSED_OFFER = "missed_offer"
LINE_LOST = "line_lost"
SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class Chosen:
    """`now` is entered at once; `later` comes when the talk and its wrap-up are over."""

    now: Presence | None
    later: Presence | None


def choose(current: Presence, wished: Presence) -> Chosen | None:
    """What becomes of a wish; None when nobody may choose that.

    `talking` comes and goes with calls. During a talk every wish waits for its end; wrap-up by
    hand is for work after a talk, not for hiding from the line: only from ready.
    """
    if wished not in CHOOSABLE:
        return None
    if current is Presence.TALKING:
        return Chosen(None, wished)
    if wished is Presence.WRAP_UP and current not in (Presence.READY, Presence.WRAP_UP):
        return None
    return Chosen(wished, None)


def after_wrap_up(later: Presence | None) -> Presence:
    """The state after a talk: what was asked for during it, else ready."""
    if later is None or later is Presence.WRAP_UP:
        return Presence.READY
    return later
