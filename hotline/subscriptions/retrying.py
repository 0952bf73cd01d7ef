"""When to try again, and when to give up. Pure."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

# After the first attempt; nine attempts in some 75 hours.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=20),
    timedelta(hours=38),
)
DISABLED_AFTER = timedelta(days=3)
GONE = 410
_LONGEST_ASKED = timedelta(hours=1)


def wait_after(
    attempt: int, asked_seconds: int | None = None, spread: Callable[[], float] = random.random
) -> timedelta | None:
    """The pause after attempt 1, 2, …; None when that was the last.

    Up to a fifth is added by chance, so that what failed together does not come back together. A
    receiver may ask for a longer pause (`Retry-After`), up to an hour.
    """
    if attempt > len(WAITS):
        return None
    wait = WAITS[attempt - 1] * (1 + spread() / 5)
    asked = timedelta(seconds=asked_seconds or 0)
    return max(wait, min(asked, _LONGEST_ASKED))


def is_dead(failing_since: datetime | None, now: datetime) -> bool:
    """Nothing has arrived for so long that trying on helps nobody."""
    return failing_since is not None and now - failing_since >= DISABLED_AFTER
