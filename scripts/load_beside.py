"""What goes on beside the calls: very many consoles that watch, and people who read lists."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx2

from hotline.installation import opened
from hotline.settings import Settings
from scripts.crowd import Crowd, make_crowd, running_crowd
from scripts.running_service import password_of

LISTS = ("/api/v1/tickets", "/api/v1/tickets/counts", "/api/v1/calls", "/api/v1/queues",
         "/api/v1/entries", "/api/v1/inbox", "/api/v1/incidents", "/api/v1/events",
         "/api/v1/work-orders", "/api/v1/agents", "/api/v1/stats/kpis", "/api/v1/stats/wallboard",
         f"/api/v1/entries/suggest?q={quote('下水道堵了')}", "/api/v1/me")  # fmt: skip
READER = "supervisor-city"


@contextmanager
def watching_crowd(settings: Settings, url: str, how_many: int) -> Iterator[Crowd | None]:
    """So many consoles that are connected; None where nobody watches."""
    if how_many == 0:
        yield None
        return
    with running_crowd(settings.port, asyncio.run(_tokens(settings, url, how_many))) as crowd:
        print(f"{crowd.ready()} sockets are connected")
        crowd.mark()
        yield crowd


async def _tokens(settings: Settings, url: str, how_many: int) -> list[str]:
    async with opened(settings, url) as database:
        return await make_crowd(database, how_many)


class Readers:
    """People who look at lists; `took` in ms."""

    def __init__(self, url: str, data_dir: Path, rate: float) -> None:
        self._url = url
        self._data_dir = data_dir
        self._rate = rate
        self.took: list[float] = []
        self.faults: Counter[str] = Counter()

    async def read(self) -> None:
        """At an even rate, whatever one answer takes, until cancelled."""
        dice = random.Random(114)  # noqa: S311 (no secret)
        async with (
            httpx2.AsyncClient(base_url=self._url, timeout=30) as client,
            asyncio.TaskGroup() as group,
        ):
            await sign_in(client, self._data_dir, READER)
            while True:
                await asyncio.sleep(1 / self._rate)
                group.create_task(self._ask(client, dice.choice(LISTS)))

    async def _ask(self, client: httpx2.AsyncClient, path: str) -> None:
        began = time.perf_counter()
        answer = await client.get(path)
        self.took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            self.faults[f"{path} {answer.status_code}"] += 1


async def sign_in(client: httpx2.AsyncClient, data_dir: Path, username: str) -> None:
    """As one of the sample city's people."""
    body = {"username": username, "password": password_of(data_dir, username)}
    (await client.post("/api/v1/sessions", json=body)).raise_for_status()


def report_beside(crowd: Crowd | None, readers: Readers) -> None:
    if readers.took:
        took = sorted(readers.took)
        high = took[int(len(took) * 0.95)]
        faults = ", ".join(f"{what} × {n}" for what, n in readers.faults.items()) or "none"
        print(f"  lists: {len(took)} answers, ms p50 {took[len(took) // 2]:.0f}, p95 {high:.0f}, "
              f"most {took[-1]:.0f}; faults: {faults}")  # fmt: skip
    if crowd is not None:
        print(f"  the crowd: {crowd.seen().words}")
