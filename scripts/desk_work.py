"""An agent at work without a screen: tickets opened and amended at an even rate, by their verbs."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hotline.accounts.queries import account_by_username
from hotline.accounts.roles import scopes_of
from hotline.db import Database
from hotline.db.wakes import Waker
from hotline.organizations.queries import cities, districts, subtree_ids
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.schemas import TicketPatch
from hotline.tickets.states import TicketKind

AGENT = "agent-1"
AMENDED = 2
"""So many changes of the newest ticket after each that is opened."""


@dataclass(frozen=True, slots=True)
class Written:
    """A word that the desk will show, and when its commit began, in ms of the wall clock."""

    word: str
    at: float


@asynccontextmanager
async def telling(database: Database) -> AsyncIterator[None]:
    """What is written through this database wakes the service, as its own processes do."""
    waker, stopping = Waker(database), asyncio.Event()
    database.on_wake = waker.wake
    waking = asyncio.create_task(waker.run(stopping))
    try:
        yield
    finally:
        stopping.set()
        await waking


class Desk:
    """Who opens and amends tickets, as an agent of the city."""

    def __init__(self, database: Database, agent: Principal, places: Sequence[str]) -> None:
        self._database = database
        self._agent = agent
        self._places = places
        self._count = 0
        self._newest: Ticket | None = None

    @classmethod
    async def open(cls, database: Database) -> "Desk":
        async with database.transaction() as session:
            city = (await cities(session))[0]
            places = [one.district for one in await districts(session, city.id)]
            account = await account_by_username(session, AGENT)
            assert account is not None
            subtree = await subtree_ids(session, city.id)
        roles = frozenset({"agent"})
        agent = Principal(
            account.id, account.display_name, scopes_of(roles), city.id, subtree, roles=roles
        )
        return cls(database, agent, [place for place in places if place])

    async def write(self, rate: float, count: int) -> list[Written]:
        """At an even rate, whatever one takes."""
        written, began = [], time.monotonic()
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            written.append(await self._one())
        return written

    async def _one(self) -> Written:
        self._count += 1
        word = f"paint-{self._count}"
        async with self._database.transaction() as session:
            if self._newest is None or self._count % (1 + AMENDED) == 1:
                self._newest = await tickets.open_ticket(
                    session, self._agent, kind=TicketKind.HELP, title=f"暖气不热 {word}",
                    description="我家暖气不热，请尽快处理",
                    district=self._places[self._count // (1 + AMENDED) % len(self._places)],
                )  # fmt: skip
            else:
                patch = TicketPatch(version=self._newest.version, title=f"暖气不热 {word}")
                self._newest = await tickets.amend_ticket(
                    session, self._agent, self._newest.id, patch
                )
            await session.flush()
            at = time.time() * 1000
        return Written(word, at)
