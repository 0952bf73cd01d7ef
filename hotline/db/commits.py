"""Whether commits are answered: one that changes nothing, every few seconds, and how long it takes.

A database that awaits a standby which is gone takes reads and statements as ever, and no commit
ends: nothing else would tell it from a healthy one.
"""

import asyncio
from time import perf_counter

from hotline.db.database import Database
from hotline.db.outages import LINE_LOST
from hotline.db.wakes import pause

EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 2.0
COMMIT_OF_NOTHING = "SELECT pg_logical_emit_message(true, 'hotline', '')"
"""A few bytes in the log that a standby must have, in no table; without any, nothing is awaited."""


class Commits:
    """What the newest trial took, or how long it has waited so far, in seconds."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._took = 0.0

    @property
    def seconds(self) -> float:
        return self._took if self._began is None else perf_counter() - self._began

    @property
    def wait(self) -> bool:
        return self.seconds > PATIENCE_SECONDS

    async def follow(self, database: Database, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self._try(database)
            except TimeoutError:
                continue
            except LINE_LOST:
                # Told by the reads that fail, not as a commit that waits.
                self._began = None
            await pause(stopping, EVERY_SECONDS)

    async def _try(self, database: Database) -> None:
        """Raises TimeoutError when the connection gives up; the wait so far goes on counting."""
        async with database.raw.acquire() as connection:
            self._began = self._began or perf_counter()
            await connection.fetchval(COMMIT_OF_NOTHING)
        self._took, self._began = perf_counter() - self._began, None
