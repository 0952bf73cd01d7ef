"""How many requests a moment may bring, per address, per session and in all. In memory, per node.

Calls are not counted here: they are signed, and the crowd of turns has its own limit.
"""

from collections import OrderedDict
from dataclasses import dataclass

_MOST_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `a_second` more each second."""

    a_second: float
    burst: float


# An office with thirty seats shares an address; a console asks some fifty times when it opens.
ADDRESS = Rate(a_second=50, burst=600)
SESSION = Rate(a_second=30, burst=300)
SITE = Rate(a_second=1_000, burst=5_000)


class Buckets:
    """A bucket for each key; those used longest ago are forgotten first, and full again then."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, now: float) -> bool:
        """`now` in seconds of a clock that never jumps. False when the bucket is empty."""
        level, since = self._levels.get(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - since) * self._rate.a_second)
        may = level >= 1
        self._levels[key] = (level - 1 if may else level, now)
        self._levels.move_to_end(key)
        if len(self._levels) > _MOST_KEYS:
            self._levels.popitem(last=False)
        return may


class Quota:
    """All three limits; what one refuses costs the others nothing."""

    def __init__(
        self, *, address: Rate = ADDRESS, session: Rate = SESSION, site: Rate = SITE
    ) -> None:
        self._addresses = Buckets(address)
        self._sessions = Buckets(session)
        self._site = Buckets(site)

    def may_pass(self, address: str, session: str | None, now: float) -> bool:
        if not self._addresses.take(address, now):
            return False
        if session is not None and not self._sessions.take(session, now):
            return False
        return self._site.take("", now)
