"""F5, F15, F20: lines that are cut, frozen, or slow: to the database and to the provider."""

import asyncio
import time

from scripts.chaos_lab.lab import Finding, Lab, judged
from scripts.chaos_lab.wire import Line

_LISTENERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND usename = 'postgres' AND datname = 'hotline'
    AND (query LIKE 'LISTEN%' OR query LIKE '%advisory_lock%' OR query LIKE '%FROM event%')
"""


async def listening_lost(lab: Lab) -> list[Finding]:
    """Once by the end of every listening connection, once by a line that is silently dead."""
    ended = await lab.town.pair.primary.fetch(_LISTENERS)
    closed = await _slowest_event(lab, 6)
    wire = lab.town.to_database
    async with lab.watched(after=4) as span:
        wire.become(Line.BLACK_HOLE)
        await asyncio.sleep(12)
        healed_at = time.monotonic()
        wire.become(Line.OPEN)
        wire.reset()
        await asyncio.sleep(5)
    black = await _slowest_event(lab, 5)
    balance = await lab.balance(span)
    screens = await lab.screens()
    return [
        judged("F5", f"{len(ended)} listening connections ended at the server", 8,
               target="≤1 s when closed; 0 events lost",
               measured=f"slowest event {closed:.2f} s; {screens.missed} missed",
               holds=closed <= 2.0 and screens.missed == 0),
        judged("F5", "a node's line to the database dead without a word for 12 s", 8,
               target="noticed ≤10 s; 0 events lost",
               measured=f"after {time.monotonic() - healed_at:.0f} s all consoles follow, slowest "
                        f"event then {black:.2f} s; {screens.missed} missed; {span.says()}",
               holds=black <= 2.0 and screens.missed == 0 and balance.is_even),
    ]  # fmt: skip


async def line_cut(lab: Lab) -> list[Finding]:
    """One node without its database: refused, slow; the other serves."""
    wire = lab.town.to_database
    async with lab.watched(after=4) as span:
        wire.become(Line.REFUSED)
        await asyncio.sleep(8)
        wire.become(Line.OPEN)
        await lab.town.until_ready("b")
        wire.become(Line.SLOW)
        await asyncio.sleep(6)
        wire.become(Line.OPEN)
        await asyncio.sleep(3)
    balance = await lab.balance(span)
    return [
        judged("F20", "a node cut off from the database (RST) for 8 s, then slow for 6 s", None,
               target="every webhook answered, 0 lost",
               measured=f"{span.bad_answers} webhooks 5xx, {balance.lost} tickets lost; "
                        f"{span.says()}",
               holds=span.bad_answers == 0 and span.unserved == 0 and balance.is_even),
    ]  # fmt: skip


async def provider_down(lab: Lab) -> list[Finding]:
    """The provider's REST is away, then hangs; what is owed to it waits and is done later."""
    wire = lab.town.to_carrier
    before = await _page(lab)
    async with lab.watched(after=3) as span:
        wire.become(Line.REFUSED)
        await asyncio.sleep(4)
        wire.become(Line.BLACK_HOLE)
        during = await _page(lab)
        await asyncio.sleep(4)
        wire.become(Line.OPEN)
        wire.reset()
        healed = time.monotonic()
        await lab.balance(span, within=90)
        drained = time.monotonic() - healed
    doubles = await lab.town.pair.primary.value(
        "SELECT count(*) - count(DISTINCT provider_sid) FROM outgoing_message"
        " WHERE provider_sid IS NOT NULL"
    )
    return [
        judged("F15", "the provider's REST refused for 4 s, silent for another 4 s and more", 13,
               target="page p95 ±20 %; drained ≤5 min after; 0 doubles",
               measured=f"page p95 {before * 1000:.0f} ms before, {during * 1000:.0f} ms during; "
                        f"nothing owed {drained:.0f} s after; {doubles} doubles; {span.says()}",
               holds=during <= before * 1.2 + 0.05 and drained <= 300 and doubles == 0
               and span.unserved == 0),
    ]  # fmt: skip


async def _page(lab: Lab) -> float:
    """p95 of the list of tickets, through the balancer."""
    took = []
    async with lab.client() as client:
        for _ in range(30):
            began = time.monotonic()
            (await client.get("/api/v1/tickets")).raise_for_status()
            took.append(time.monotonic() - began)
    return sorted(took)[28]


async def _slowest_event(lab: Lab, seconds: float) -> float:
    """The longest that an event made and shown within the next seconds was under way."""
    since = time.monotonic()
    await asyncio.sleep(seconds)
    return max((late for console in lab.consoles
                for came, late in zip(console.came_at, console.late, strict=True)
                if came > since), default=99.0)  # fmt: skip
