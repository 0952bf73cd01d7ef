"""What is over stays at hand for a while, and then in the database only."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MOST = 20_000
_AT_ONCE = 2_000


def keep_newest(kept: dict[str, T], is_over: Callable[[T], bool], most: int = MOST) -> None:
    """Let go of the oldest of what is over, once there is too much of it."""
    if len(kept) <= most:
        return
    over = [sid for sid, item in kept.items() if is_over(item)]
    for sid in over[: max(len(kept) - most, min(_AT_ONCE, most // 10))]:
        del kept[sid]
