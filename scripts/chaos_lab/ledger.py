"""What the database says in the end, compared with what callers and consoles were told."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass

import httpx2

from scripts.chaos_lab.consoles import Console
from scripts.chaos_lab.network import Heard
from scripts.chaos_lab.postgres import Server

_CALLS = """
SELECT c.provider_sid, c.status, count(t.id) FROM call c LEFT JOIN ticket t ON t.call_id = c.id
WHERE c.provider_sid = ANY($1) GROUP BY 1, 2
"""
_LOG = """
SELECT count(*) FILTER (WHERE seq IS NULL) AS unnumbered,
    coalesce(max(seq) - min(seq) + 1 - count(seq), 0) AS holes, coalesce(max(seq), 0) AS last
FROM event
"""
_OWED = """
SELECT count(*) FROM job WHERE done_at IS NULL AND parked_at IS NULL
    AND run_at < clock_timestamp() - interval '20 seconds'
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """All of these are to be zero, but `registered`."""

    registered: int
    lost: int
    doubled: int
    ghosts: int
    unnumbered: int
    holes: int
    owed_jobs: int

    @property
    def is_even(self) -> bool:
        return not any((self.lost, self.doubled, self.ghosts, self.unnumbered, self.holes,
                        self.owed_jobs))  # fmt: skip


async def balance(server: Server, calls: list[Heard]) -> Balance:
    """Tickets that were promised and are not there, that are there twice, calls that never end."""
    rows = await server.fetch(_CALLS, [call.sid for call in calls])
    tickets = {row[0]: row[2] for row in rows}
    log = (await server.fetch(_LOG))[0]
    promised = [call for call in calls if call.was_registered]
    return Balance(
        registered=len(promised),
        lost=sum(tickets.get(call.sid, 0) == 0 for call in promised),
        doubled=sum(amount > 1 for amount in tickets.values()),
        ghosts=sum(row[1] != "ended" for row in rows),
        unnumbered=log["unnumbered"],
        holes=log["holes"],
        owed_jobs=await server.value(_OWED),
    )


async def settled(server: Server, calls: list[Heard], within: float = 45.0) -> Balance:
    """The balance once it is even, or as it stands when the time is over."""
    deadline = time.monotonic() + within
    while True:
        now = await balance(server, calls)
        if now.is_even or time.monotonic() > deadline:
            return now
        await asyncio.sleep(1)


@dataclass(frozen=True, slots=True)
class Screens:
    """What consoles made of the log: events that never came, came twice, or out of order."""

    events: int
    missed: int
    doubled: int
    unordered: int
    reloads: int


async def screens(url: str, consoles: list[Console]) -> Screens:
    """Every console against the log as its account may read it."""
    by_account = defaultdict(list)
    for console in consoles:
        by_account[console.account_id].append(console)
    total = missed = doubled = unordered = 0
    for group in by_account.values():
        first = min(console.first or 0 for console in group)
        log = await _log(url, group[0].token, first)
        for console in group:
            due = {seq for seq in log if seq > (console.first or 0)}
            absent = len(due - set(console.seen))
            total += len(due)
            missed += absent if not console.reloads else 0
            doubled += len(console.seen) - len(set(console.seen))
            unordered += console.seen != sorted(console.seen)
    reloads = sum(console.reloads for console in consoles)
    return Screens(total, missed, doubled, unordered, reloads)


async def _log(url: str, token: str, after: int) -> list[int]:
    found: list[int] = []
    headers = {"Cookie": f"hotline_session={token}"}
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=20) as client:
        while True:
            answer = await client.get("/api/v1/events", params={"after": after, "limit": 200})
            if answer.status_code >= 500:  # a node that has just come back
                await asyncio.sleep(0.5)
                continue
            page = answer.raise_for_status().json()
            found += [item["seq"] for item in page["items"]]
            if page["next"] is None:
                return found
            after = int(page["next"])
