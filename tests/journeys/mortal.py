"""The service as a process of its own that a test may kill at any moment and start again."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx2
from sqlalchemy import text

from hotline.settings import Settings
from hotline.trusted import trusted
from tests.queueing.hall import Hall

_LEASES_ARE_OVER = "UPDATE job SET lease_until = now() WHERE lease_until > now()"
"""Half a minute later: what the dead process had in hand is anybody's."""
# Each life begins in a process that has read the modules already: a start costs two seconds less.
_births = get_context("forkserver")
_births.set_forkserver_preload(["tests.journeys.warm"])


@dataclass
class Mortal:
    """`kill()` is `kill -9`: no hand gets to tidy up. The database stays, as on a real machine."""

    settings: Settings
    process: ForkServerProcess | None = None

    async def start(self, *, at: datetime | None = None) -> None:
        """With `at`, its clock stands there."""
        self.process = _births.Process(target=_serve, args=(self.settings, at), daemon=True)
        self.process.start()
        async with asyncio.timeout(180):
            while not await self._is_ready():
                assert self.process.is_alive(), _words(self.settings).read_text()
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()

    async def _is_ready(self) -> bool:
        async with httpx2.AsyncClient(verify=trusted(), trust_env=False) as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{self.settings.port}/readyz")
            except httpx2.TransportError:
                return False
            return answer.status_code == 200


@dataclass
class MortalHall(Hall):
    """A hall whose service dies when it is told to."""

    mortal: Mortal = field(kw_only=True)

    async def die(self, *, at: datetime | None = None) -> None:
        """Killed and started again; what the dead had in hand is free at once."""
        self.mortal.kill()
        async with self.database.transaction() as session:
            await session.execute(text(_LEASES_ARE_OVER))
        await self.mortal.start(at=at)


@asynccontextmanager
async def living(settings: Settings) -> AsyncIterator[Mortal]:
    mortal = Mortal(settings)
    await mortal.start()
    try:
        yield mortal
    finally:
        mortal.kill()


def _serve(settings: Settings, at: datetime | None) -> None:
    """What `hotline serve` does, its words kept apart."""
    from hotline import clock, serving
    from hotline.shell import database_beside, plain_failures

    said = os.open(_words(settings), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    with ExitStack() as around:
        if at is not None:
            around.enter_context(clock.stopped(at))
        around.enter_context(plain_failures())
        serving.serve(settings, around.enter_context(database_beside(settings)), with_worker=True)


def _words(settings: Settings) -> Path:
    return settings.data_dir / "service-words.txt"
