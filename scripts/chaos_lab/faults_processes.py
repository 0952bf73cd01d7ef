"""F1, F2, F21 and the rolling restart: what happens to the processes of the service."""

import asyncio
import signal
import time

from scripts.chaos_lab.lab import Finding, Lab, judged
from scripts.chaos_lab.town import Process

_HOLDER = """
SELECT a.client_port FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objid = 1132009
"""


async def nodes_killed(lab: Lab) -> list[Finding]:
    """`kill -9` of one node and then the other, again and again, under load."""
    kills = lab.scaled(4, 20)
    async with lab.watched(after=8) as span:
        for number in range(kills):
            process = (lab.town.a, lab.town.b)[number % 2]
            await asyncio.sleep(2)
            await process.kill()
            await asyncio.sleep(1)
            await lab.town.revive(process)
    balance = await lab.balance(span)
    back = lab.away_since(span.began)
    slowest = max(back, default=0.0)
    return [
        judged("F1", f"{kills} nodes killed with kill -9 under load", 1,
               target="0 tickets lost, 0 doubled",
               measured=f"{span.says()}; {balance.registered} tickets promised, "
                        f"{balance.lost} lost, {balance.doubled} doubled",
               holds=balance.is_even and balance.registered > 0),
        judged("F1", "calls survive their node", 2,
               target="≥99.9 % go on; screens back ≤5 s",
               measured=f"{span.unserved} of {len(span.calls)} calls unserved; "
                        f"{len(back)} screens back, the slowest after {slowest:.1f} s",
               holds=span.unserved <= len(span.calls) / 1000 and 0 < slowest <= 5),
    ]  # fmt: skip


async def sequencer_frozen(lab: Lab) -> list[Finding]:
    """SIGSTOP of whoever numbers the events, longer than its lease; then it goes on."""
    primary = lab.town.pair.primary
    process = await _sequencer(lab)
    async with lab.watched(after=6) as span:
        process.send(signal.SIGSTOP)
        began = time.monotonic()
        taken_over = await _until_another_numbers(lab, process.name)
        await asyncio.sleep(max(0.0, 20 - (time.monotonic() - began)))
        process.send(signal.SIGCONT)
    balance = await lab.balance(span)
    late = await primary.value(
        "SELECT count(*) FROM (SELECT seq FROM event WHERE seq IS NOT NULL"
        " GROUP BY seq HAVING count(*) > 1) AS twice"
    )
    return [
        judged("F2", f"the numbering process ({process.name}) frozen for 20 s", 12,
               target="taken over ≤15 s, 0 late writes",
               measured=f"numbering taken over after {taken_over:.1f} s; {late} numbers given "
                        f"twice, {balance.holes} holes; {span.says()}",
               holds=taken_over <= 15 and late == 0 and balance.is_even),
    ]  # fmt: skip


async def worker_killed(lab: Lab) -> list[Finding]:
    """What the kernel does when memory is short: SIGKILL, without a last word."""
    async with lab.watched(after=2) as span:
        for process in lab.town.workers:
            await process.kill()
        await asyncio.sleep(3)
        for process in lab.town.workers:
            await lab.town.revive(process)
        await asyncio.sleep(10)
    balance = await lab.balance(span, within=60)
    return [
        judged("F21", "both workers killed as the kernel does when memory is short", None,
               target="queue intact, nothing owed after their return",
               measured=f"{balance.owed_jobs} jobs owed, {balance.ghosts} calls left; "
                        f"{span.says()}",
               holds=balance.is_even),
    ]  # fmt: skip


async def rolling_restart(lab: Lab) -> list[Finding]:
    """SIGTERM to each node in turn, as a deploy does; the next goes when this one is back."""
    told = sum(console.told_to_move for console in lab.consoles)
    drained = []
    async with lab.watched(after=3) as span:
        again = lab.town.balancer.answered.sent_again
        for process in (lab.town.a, lab.town.b):
            process.send(signal.SIGTERM)
            drained.append(await process.ended(30))
            await lab.town.revive(process)
            await asyncio.sleep(1)
        again = lab.town.balancer.answered.sent_again - again
    balance = await lab.balance(span)
    told = sum(console.told_to_move for console in lab.consoles) - told
    others = sum(v for k, v in lab.town.balancer.answered.statuses.items() if k == "other 5xx")
    return [
        judged("rolling", "rolling restart of both nodes under load", 25,
               target="0 answers 5xx, sockets told to reconnect, ≤20 s a node",
               measured=f"{span.bad_answers} webhooks 5xx, {again} sent to another node; {told} "
                        f"sockets told; gone after {', '.join(f'{s:.1f}' for s in drained)} s; "
                        f"{span.says()}; other 5xx so far {others}",
               holds=span.bad_answers == 0 and told > 0 and max(drained) <= 20
               and span.unserved == 0 and balance.is_even),
    ]  # fmt: skip


async def _sequencer(lab: Lab) -> Process:
    """The process that holds the lock of the numbering."""
    async with asyncio.timeout(20):
        while True:
            rows = await lab.town.pair.primary.fetch(_HOLDER)
            process = lab.town.owner_of(rows[0][0]) if rows else None
            if process is not None:
                return process
            await asyncio.sleep(0.2)


async def _until_another_numbers(lab: Lab, frozen: str) -> float:
    began = time.monotonic()
    async with asyncio.timeout(60):
        while True:
            process = await _sequencer(lab)
            if process.name != frozen:
                return time.monotonic() - began
            await asyncio.sleep(0.2)
