"""How long a caller will wait, told honestly; pure.

With every agent busy, one comes free on average each `handle / agents` seconds (the minimum of
the agents' remaining times, taken as memoryless), and the caller's turn is after the callers in
front: (ahead + 1) · handle / agents. Nobody signed in: no figure is better than a false one.
"""

import math

USUAL_HANDLE_SECONDS = 205.0
"""Talk and wrap-up where nothing has been measured yet: 175 s + 30 s."""
LONGEST_TOLD_MINUTES = 30


def estimate_wait(
    ahead: int, *, agents: int, free: int = 0, handle_seconds: float = USUAL_HANDLE_SECONDS
) -> float | None:
    """Seconds until an agent takes the call; None when no agent is signed in."""
    if agents <= 0:
        return None
    behind_the_free = ahead - free
    if behind_the_free < 0:
        return 0.0
    return (behind_the_free + 1) * handle_seconds / agents


def minutes_told(seconds: float) -> int | None:
    """Whole minutes, rounded up, at least one; None when it is too long to be told as a number."""
    minutes = max(1, math.ceil(seconds / 60))
    return minutes if minutes <= LONGEST_TOLD_MINUTES else None
