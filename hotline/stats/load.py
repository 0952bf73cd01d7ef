"""Calls of today against the forecast, and when there are too many of them; pure.

Calls that come by themselves vary around what is expected by its square root (Poisson), so the
last hour is out of the ordinary where it lies three of these above, and by a third at least.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MINUTES = 30
_DEVIATIONS = 3.0
_LEAST_RATIO = 1.3
_FEWEST_CALLS = 10


@dataclass(frozen=True, slots=True)
class Load:
    """`expected` counts of the running half hour only what should have come by now."""

    seen: int
    expected: float

    @property
    def ratio(self) -> float | None:
        return self.seen / self.expected if self.expected > 0 else None


def load_so_far(seen: Sequence[int], expected: Sequence[float], minute: int) -> Load:
    """Since midnight; `minute` is the minute of the day."""
    return _between(seen, expected, 0, minute)


def load_of_last_hour(seen: Sequence[int], expected: Sequence[float], minute: int) -> Load:
    """The running half hour and the two before it: never less than one hour, but at midnight."""
    return _between(seen, expected, max(0, minute // _MINUTES - 2), minute)


def is_above(load: Load) -> bool:
    bound = load.expected + _DEVIATIONS * math.sqrt(load.expected)
    return load.seen >= max(bound, load.expected * _LEAST_RATIO, _FEWEST_CALLS)


def _between(seen: Sequence[int], expected: Sequence[float], first: int, minute: int) -> Load:
    slot, into = divmod(minute, _MINUTES)
    whole = sum(expected[first:slot]) + expected[slot] * into / _MINUTES
    return Load(sum(seen[first : slot + 1]), whole)
