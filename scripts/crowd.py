"""As many consoles as a large city has, at one service: accounts, sessions, and who reads them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts import hashing
from hotline.accounts.models import Account, RoleBinding
from hotline.accounts.roles import Duty, Role
from hotline.db import Database
from hotline.organizations.queries import cities, districts
from scripts.chaos_lab.consoles import open_session

ROOT = Path(__file__).parent.parent
SOCKETS_OF_ACCOUNT = 10
CITY_SHARE = 5
"""One account in so many works for the whole city; the others see their own district."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the crowd saw since it was marked; lateness in ms from the making of an event.

    After a cut: how many are `back`, how many of them had to fetch `anew`, and for how many seconds
    the slowest was `away`.
    """

    sockets: int
    lost: int
    gaps: int
    events: int
    p50: float
    p95: float
    most: float
    cpu: float
    back: int
    anew: int
    away: float

    @property
    def words(self) -> str:
        return (
            f"{self.sockets} sockets, {self.lost} lost, {self.gaps} gaps; {self.events} events, "
            f"late ms p50 {self.p50:.0f}, p95 {self.p95:.0f}, most {self.most:.0f}; it used "
            f"{self.cpu:.1f} s of CPU"
        )


async def make_crowd(database: Database, how_many: int) -> list[str]:
    """Tokens of so many sessions, ten an account, spread over the city and its districts."""
    async with database.transaction() as session:
        city = (await cities(session))[0]
        places = [one.id for one in await districts(session, city.id)]
        password = await hashing.hash_password("Nobody-Signs-In-By-This-7391")
        accounts = []
        for number in range(-(-how_many // SOCKETS_OF_ACCOUNT)):
            is_of_city = number % CITY_SHARE == 0
            place = city.id if is_of_city else places[number % len(places)]
            accounts.append(await _account(session, f"crowd-{number}", place, password))
        return [
            await open_session(session, accounts[number // SOCKETS_OF_ACCOUNT])
            for number in range(how_many)
        ]


async def _account(session: AsyncSession, username: str, place: UUID, password: str) -> UUID:
    account = Account(
        username=username, display_name=username, password_hash=password, organization_id=place,
        duty=Duty.SERVICE,
    )  # fmt: skip
    session.add(account)
    await session.flush()
    role = RoleBinding(account_id=account.id, role=Role.DISPATCHER, organization_id=place)
    session.add(role)
    return account.id


class Crowd:
    """The process that holds the sockets."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    @property
    def pid(self) -> int:
        return self._running.pid

    def mark(self) -> None:
        """Forget what was seen so far."""
        self._ask("mark")

    def seen(self) -> Seen:
        return Seen(**json.loads(self._ask("seen")))

    def cut(self) -> None:
        """Every socket in the same moment; they come back by themselves."""
        self._ask("herd")

    def ready(self) -> int:
        """How many sockets are live, once all were tried."""
        return int(self._answer())

    def _ask(self, word: str) -> str:
        assert self._running.stdin is not None
        self._running.stdin.write(word + "\n")
        self._running.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._running.stdout is not None
        line = self._running.stdout.readline()
        if not line:
            raise SystemExit("the crowd is gone")
        return line


@contextmanager
def running_crowd(port: int, tokens: list[str]) -> Iterator[Crowd]:
    """Sockets with these tokens, until the block ends."""
    command = [sys.executable, "-m", "scripts.crowd_clients", str(port)]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert running.stdin is not None
    try:
        running.stdin.write(json.dumps(tokens) + "\n")
        running.stdin.flush()
        yield Crowd(running)
    finally:
        running.stdin.close()
        running.wait(30)
