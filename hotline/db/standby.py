"""The copy that reports are read from: looked for again every minute while it is away."""

from collections.abc import Awaitable, Callable
from time import monotonic

from hotline.db.database import Database

AGAIN_SECONDS = 60.0

Open = Callable[[], Awaitable[Database | None]]


class Standby:
    """`find` opens it, or gives None; a service starts without it and finds it later."""

    def __init__(self, find: Open, now: Callable[[], float] = monotonic) -> None:
        self._find = find
        self._now = now
        self._again_at = self._rests_until = float("-inf")
        self._found: Database | None = None

    async def here(self) -> Database | None:
        """One request asks for it each minute; the others do not wait for that."""
        if self._now() < self._rests_until:
            return None
        if self._found is None and self._now() >= self._again_at:
            self._again_at = self._now() + AGAIN_SECONDS
            self._found = await self._find()
        return self._found

    def lost(self) -> None:
        """It did not answer: nobody waits for it again until a minute has passed."""
        self._rests_until = self._now() + AGAIN_SECONDS

    async def close(self) -> None:
        if self._found is not None:
            await self._found.close()
