"""F7, F8, F16, F17: too much, too often, too slow a reader, all at once."""

import asyncio
import time
from dataclasses import replace

from websockets.asyncio.client import connect

from scripts.chaos_lab.lab import Finding, Lab, judged
from scripts.chaos_lab.network import Network


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
    """A console that never reads, while the others watch."""
    console = lab.consoles[0]
    headers = {"Cookie": f"hotline_session={console.token}", "Origin": lab.town.url}
    address = f"ws://127.0.0.1:{lab.town.nodes[0].port}/api/v1/socket"
    socket = await connect(address, additional_headers=headers | {"Origin": lab.town.url},
                           max_queue=1, ping_interval=None)  # fmt: skip
    await socket.send('{"type":"start"}')
    socket.transport.pause_reading()
    since = time.monotonic()
    async with lab.watched(after=1) as span:
        burst = replace(lab.network, calls=[], acked=[])
        await asyncio.gather(*(burst.call() for _ in range(lab.scaled(40, 200))))
        await asyncio.sleep(3)
    late = sorted(late for one in lab.consoles
                  for came, late in zip(one.came_at, one.late, strict=True)
                  if came > since)  # fmt: skip
    p95 = late[int(len(late) * 0.95)] if late else 99.0
    socket.transport.abort()
    return [
        judged("F8", "a console that never reads, through a burst of events", 9,
               target="others p95 <500 ms",
               measured=f"{len(late)} events at {len(lab.consoles)} others, p95 {p95 * 1000:.0f} "
                        f"ms; {span.says()}",
               holds=p95 < 0.5),
    ]  # fmt: skip


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
    async with lab.watched(after=1) as span:
        running = asyncio.create_task(storm.run())
        await asyncio.sleep(seconds)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    span.calls = storm.calls
    over = time.monotonic()
    calm = await _calm_again(lab)
    balance = await lab.balance(span, within=60)
    crowded = sum(call.was_crowded for call in storm.calls)
    return [
        judged("F17", f"{rate} calls a second for {seconds} s, callers on the same cores", 22,
               target="100 % answered, p99 <2 s, 0 lost, normal ≤60 s after",
               measured=f"{len(storm.calls)} calls, {span.failed} unanswered, {span.sorry} told of "
                        f"a fault, {crowded} asked to wait a moment; p99 {span.p99:.1f} s; "
                        f"{balance.lost} of {balance.registered} tickets lost; calm "
                        f"{calm - over:.0f} s after",
               holds=span.unserved == 0 and span.p99 < 2 and balance.is_even
               and calm - over <= 60),
    ]  # fmt: skip


async def _calm_again(lab: Lab) -> float:
    """When three calls in a row were answered within half a second each."""
    quick = 0
    while quick < 3:
        heard = await lab.network.call()
        quick = quick + 1 if heard.longest < 0.5 else 0
    return time.monotonic()
