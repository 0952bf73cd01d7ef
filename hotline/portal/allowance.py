"""How often somebody may do something: kept in the memory of this node, forgotten in time."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

_MOST_KEYS = 10_000


class Allowance:
    """At most `most` within `span` for each key; the keys used longest ago are forgotten first."""

    def __init__(self, most: int, span: timedelta) -> None:
        self._most = most
        self._span = span
        self._used: OrderedDict[str, deque[datetime]] = OrderedDict()

    def is_used_up(self, key: str, now: datetime) -> bool:
        return len(self._recent(key, now)) >= self._most

    def count(self, key: str, now: datetime) -> int:
        """Told up to `most`; what is more is as much."""
        return len(self._recent(key, now))

    def use(self, key: str, now: datetime) -> None:
        recent = self._recent(key, now)
        recent.append(now)
        self._used[key] = recent
        self._used.move_to_end(key)
        if len(self._used) > _MOST_KEYS:
            self._used.popitem(last=False)

    def take(self, key: str, now: datetime) -> bool:
        """Use one in the same breath as asking; False where all are used."""
        if self.is_used_up(key, now):
            return False
        self.use(key, now)
        return True

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        used = self._used.get(key, deque())
        while used and used[0] <= now - self._span:
            used.popleft()
        return used
