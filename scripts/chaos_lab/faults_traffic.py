"""F7, F8, F16, F17: too much, too often, too slow a reader, all at once."""

import asyncio
import re
import socket
import time
from dataclasses import replace

from websockets.asyncio.client import ClientConnection, connect

from scripts.chaos_lab.lab import Finding, Lab, judged
from scripts.chaos_lab.network import Network

_EVENTS_AT_ONCE, _LONGEST_STAY = 10, 45.0
_BURST = """
WITH written AS (
    INSERT INTO event (id, created_at, name, subject_type, subject_id, scope, audience, payload)
    SELECT gen_random_uuid(), clock_timestamp(), 'lab.burst', 'lab', '', 'tickets:read',
        (SELECT array_agg(id) FROM organization WHERE tier <> 'unit'),
        jsonb_build_object('words', repeat('话', 10000))
    FROM generate_series(1, $1::integer) RETURNING 1)
SELECT count(*), pg_notify('hotline_events_written', '') FROM written
"""


async def webhooks_doubled(lab: Lab) -> list[Finding]:
    """Every webhook five times at once, over both nodes."""
    amount = lab.scaled(32, 600)
    network = replace(lab.network, calls=[], acked=[], copies=5, differing=0)
    async with lab.watched(after=1) as span:
        for _ in range(amount // 4):
            await asyncio.gather(*(network.call() for _ in range(4)))
    span.calls = network.calls
    balance = await lab.balance(span)
    turns = await lab.town.pair.primary.value(
        "SELECT count(*) FROM (SELECT call_id, number FROM turn GROUP BY 1, 2"
        " HAVING count(*) > 1) AS twice"
    )
    return [
        judged("F7", f"every webhook of {len(network.calls)} calls five times at once", 3,
               target="0 effects twice, the same answer each time",
               measured=f"{balance.registered} tickets, {balance.doubled} doubled, {turns} turns "
                        f"twice, {network.differing} answers that differ; {span.says()}",
               holds=balance.is_even and turns == 0 and network.differing == 0
               and balance.registered >= len(network.calls) * 0.99),
    ]  # fmt: skip


async def reader_slow(lab: Lab) -> list[Finding]:
    """A console that never reads, while the others watch more events than it has room for."""
    before = await _sockets(lab)
    slow = await _never_reading(lab)
    since = time.monotonic()
    async with lab.watched(after=1) as span:
        for _ in range(lab.scaled(60, 300)):
            await lab.town.pair.primary.fetch(_BURST, _EVENTS_AT_ONCE)
            await asyncio.sleep(0.25)
        gone_after = await _until_gone(lab, before)
    slow.transport.abort()
    late = sorted(late for one in lab.consoles
                  for came, late in zip(one.came_at, one.late, strict=True)
                  if came > since)  # fmt: skip
    p95 = late[int(len(late) * 0.95)] if late else 99.0
    return [
        judged("F8", "a console that never reads, through 40 events of 30 kB a second", 9,
               target="others p95 <500 ms; it is cut",
               measured=f"{len(late)} events at {len(lab.consoles)} others, p95 {p95 * 1000:.0f} "
                        f"ms; cut, and gone {gone_after:.0f} s after the last; {span.says()}",
               holds=p95 < 0.5 and gone_after < _LONGEST_STAY and len(late) > 1_000),
    ]  # fmt: skip


async def _never_reading(lab: Lab) -> ClientConnection:
    """With little room in its own machine, so that the service notices."""
    node, console = lab.town.nodes[0], lab.consoles[0]
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    line.connect(("127.0.0.1", node.port))
    line.setblocking(False)
    headers = {"Cookie": f"hotline_session={console.token}", "Origin": lab.town.url}
    slow = await connect(
        f"ws://127.0.0.1:{node.port}/api/v1/socket", sock=line, additional_headers=headers,
        max_queue=1, ping_interval=None,
    )  # fmt: skip
    await slow.send('{"type":"start"}')
    slow.transport.pause_reading()
    return slow


async def _until_gone(lab: Lab, before: int) -> float:
    """Seconds until the node holds no socket more than before."""
    began = time.monotonic()
    while await _sockets(lab) > before and time.monotonic() - began < _LONGEST_STAY:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return time.monotonic() - began


async def _sockets(lab: Lab) -> int:
    async with lab.client(lab.town.nodes[0].name) as client:
        page = (await client.get("/metrics")).text
    found = re.search(r"^hotline_sockets (\S+)", page, re.MULTILINE)
    return int(float(found[1])) if found else 0


async def herd_returns(lab: Lab) -> list[Finding]:
    """Every console is cut in the same moment and comes back."""
    async with lab.watched(after=1) as span:
        cut = lab.town.balancer.drop_sockets()
        await asyncio.sleep(0.3)
        took = await lab.until_all_live(60)
        await asyncio.sleep(3)
    screens = await lab.screens()
    return [
        judged("F16", f"{cut} sockets cut at once", 21,
               target="all back ≤30 s, 0 missed",
               measured=f"all back after {took:.1f} s; of {screens.events} events {screens.missed} "
                        f"missed, {screens.doubled} doubled, {screens.reloads} fetched anew; "
                        f"{span.says()}",
               holds=took <= 30 and screens.missed == 0 and screens.doubled == 0),
    ]  # fmt: skip


async def burst(lab: Lab) -> list[Finding]:
    """From one call in two seconds to fifty a second, at once."""
    seconds, rate = lab.scaled(12, 60), 50
    storm = Network(lab.network.client, lab.network.base, lab.network.token, rate=rate)
    late = asyncio.create_task(_own_lateness())
    async with lab.watched(after=1) as span:
        running = asyncio.create_task(storm.run())
        await asyncio.sleep(seconds)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    span.calls = storm.calls
    late.cancel()
    own = await late
    slowest = lab.town.balancer.answered.slowest_since(span.began)
    over = time.monotonic()
    calm = await _calm_again(lab)
    balance = await lab.balance(span, within=60)
    crowded = sum(call.was_crowded for call in storm.calls)
    return [
        judged("F17", f"{rate} calls a second for {seconds} s, callers on the same cores", 22,
               target="100 % answered, p99 <2 s, 0 lost, normal ≤60 s after",
               measured=f"{len(storm.calls)} calls, {span.failed} unanswered, {span.sorry} told of "
                        f"a fault, {crowded} asked to wait a moment; p99 {span.p99:.1f} s "
                        f"({', '.join(f'{kind} {s:.1f}' for kind, s in slowest.items())}; the "
                        f"generator itself late by {own:.1f} s at p99); "
                        f"{balance.lost} of {balance.registered} tickets lost; calm "
                        f"{calm - over:.0f} s after",
               holds=span.unserved == 0 and span.p99 < 2 and balance.is_even
               and calm - over <= 60),
    ]  # fmt: skip


async def _own_lateness() -> float:
    """How late this very process gets to what is due, at p99, until cancelled."""
    waits = [0.0]
    try:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.05)
            waits.append(time.monotonic() - began - 0.05)
    except asyncio.CancelledError:
        return sorted(waits)[int(len(waits) * 0.99)]


async def _calm_again(lab: Lab) -> float:
    """When three calls in a row were answered within half a second each."""
    quick = 0
    while quick < 3:
        heard = await lab.network.call()
        quick = quick + 1 if heard.longest < 0.5 else 0
    return time.monotonic()
