"""What every fault gets: the town, its load, and a look at what the load went through."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import httpx2

from scripts.chaos_lab import ledger
from scripts.chaos_lab.consoles import Console
from scripts.chaos_lab.network import Heard, Network, longest_silence
from scripts.chaos_lab.town import Town


class Profile(StrEnum):
    CI = "ci"
    NIGHT = "night"


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    NOT_TRIED = "not tried here"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `promise` is its number in the list of promises, where it has one."""

    fault: str
    what: str
    promise: int | None
    target: str
    measured: str
    verdict: Verdict


@dataclass
class Span:
    """What the load went through while something was broken."""

    began: float
    calls_before: int
    statuses_before: dict[str, int]
    ended: float = 0.0
    calls: list[Heard] = field(default_factory=list)
    silence: float = 0.0
    webhooks: int = 0
    bad_answers: int = 0
    p99: float = 0.0

    @property
    def sorry(self) -> int:
        """Callers who heard that the system is out of order."""
        return sum(call.was_sorry for call in self.calls)

    @property
    def failed(self) -> int:
        """Callers for whom the network itself gave up."""
        return sum(call.failed for call in self.calls)

    @property
    def unserved(self) -> int:
        return sum(call.failed or call.was_sorry for call in self.calls)

    def says(self) -> str:
        return (
            f"{len(self.calls)} calls, {self.webhooks} webhooks, {self.unserved} callers unserved,"
            f" p99 {self.p99:.2f} s"
        )


@dataclass
class Lab:
    town: Town
    network: Network
    consoles: list[Console]
    profile: Profile
    tell: Callable[[str], None]

    def scaled(self, small: int, night: int) -> int:
        return night if self.profile is Profile.NIGHT else small

    @asynccontextmanager
    async def watched(self, after: float = 2.0) -> AsyncIterator[Span]:
        """The load within the block and for a moment after it."""
        statuses = self.town.balancer.answered.statuses
        span = Span(time.monotonic(), len(self.network.calls), dict(statuses))
        yield span
        await asyncio.sleep(after)
        span.ended = time.monotonic()
        span.calls = self.network.calls[span.calls_before :]
        span.silence = longest_silence(self.network.acked, span.began, span.ended)
        took = sorted(self.town.balancer.answered.webhooks_since(span.began))
        span.webhooks = len(took)
        span.p99 = took[int(len(took) * 0.99)] if took else 0.0
        span.bad_answers = sum(
            amount - span.statuses_before.get(name, 0)
            for name, amount in statuses.items()
            if name == "webhook 5xx"
        )

    async def balance(self, span: Span, within: float = 45.0) -> ledger.Balance:
        """Tickets, calls, events and jobs of the span, once they have settled."""
        return await ledger.settled(self.town.pair.primary, span.calls, within)

    async def whole_balance(self) -> ledger.Balance:
        """The same for every call since the beginning."""
        return await ledger.settled(self.town.pair.primary, self.network.calls, 60.0)

    async def screens(self) -> ledger.Screens:
        """Every console against the log, once what is under way has arrived."""
        await asyncio.sleep(2)
        return await ledger.screens(self.town.url, self.consoles)

    def away_since(self, moment: float) -> list[float]:
        """How long consoles were away, of those that came back after `moment`."""
        return [
            seconds
            for console in self.consoles
            for came_back, seconds in console.returns
            if came_back >= moment
        ]

    async def until_all_live(self, within: float) -> float:
        """Seconds until every console is live. Raises TimeoutError."""
        began = time.monotonic()
        await until(lambda: all(console.is_live for console in self.consoles), within)
        return time.monotonic() - began

    def client(self, node: str | None = None) -> httpx2.AsyncClient:
        """A signed-in browser, through the balancer or straight at a node."""
        port = {n.name: n.port for n in self.town.nodes}.get(node or "", self.town.balancer.port)
        cookie = {"Cookie": f"hotline_session={self.consoles[0].token}"}
        return httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=cookie, timeout=30)


async def until(holds: Callable[[], bool], within: float) -> None:
    """Looks again and again. Raises TimeoutError."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.05)


def judged(
    fault: str, what: str, promise: int | None, *, target: str, measured: str, holds: bool
) -> Finding:
    verdict = Verdict.MET if holds else Verdict.NOT_MET
    return Finding(fault, what, promise, target, measured, verdict)


def untried(fault: str, what: str, promise: int | None, *, why: str) -> Finding:
    return Finding(fault, what, promise, "", why, Verdict.NOT_TRIED)
