"""F9, F13, F14: a clock that jumps, a job that poisons, a migration while people call."""

import asyncio
import json
import time
from uuid import uuid4

import asyncpg

from scripts.chaos_lab.lab import Finding, Lab, judged

_POISON = """
INSERT INTO job (id, kind, payload, created_at, run_at, attempt, max_attempts)
VALUES ($1, $2, $3, now(), now(), 0, 3)
"""
_DELAYS = """
SELECT coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY late), 0)::float8,
    coalesce(max(late), 0)::float8, count(*)
FROM (SELECT extract(epoch FROM done_at - greatest(run_at, created_at)) AS late FROM job
    WHERE done_at > now() - make_interval(secs => $1) AND attempt = 1) AS done
"""
KIND = "messages.send"
_TRIES, _WAIT_BETWEEN = 40, 0.3


async def job_poisoned(lab: Lab) -> list[Finding]:
    """A job that fails whenever it runs, among others that do not."""
    primary = lab.town.pair.primary
    job_id = uuid4()
    began = time.monotonic()
    async with lab.watched(after=1) as span:
        await primary.fetch(_POISON, job_id, KIND, json.dumps({"nothing": "of use"}))
        while time.monotonic() - began < 60:
            if await primary.value("SELECT parked_at IS NOT NULL FROM job WHERE id = $1", job_id):
                break
            await asyncio.sleep(0.5)
    tries = await primary.value("SELECT attempt FROM job WHERE id = $1", job_id)
    parked = await primary.value("SELECT parked_at IS NOT NULL FROM job WHERE id = $1", job_id)
    (p95, slowest, others) = (await primary.fetch(_DELAYS, time.monotonic() - began))[0]
    await primary.fetch("DELETE FROM job WHERE id = $1", job_id)
    return [
        judged("F13", f"a job ({KIND} of no message) that fails whenever it runs", 15,
               target="≤5 tries, parked and visible, others' p95 delay <1 s",
               measured=f"parked: {parked}, after {tries} of 3 tries; {others} other jobs done "
                        f"{p95:.2f} s after they were due at p95, the slowest {slowest:.2f} s; "
                        f"{span.says()}",
               holds=parked and tries == 3 and others > 0 and p95 < 1.0),
    ]  # fmt: skip


async def migrated_while_running(lab: Lab) -> list[Finding]:
    """A long report holds a table that a migration wants, while calls go on."""
    primary = lab.town.pair.primary
    reading, altering = await primary.connect(), await primary.connect()
    async with lab.watched(after=2) as span:
        await reading.execute("BEGIN; SELECT count(*) FROM ticket")
        altered = asyncio.create_task(_alter(altering, "ADD COLUMN lab_only int"))
        await asyncio.sleep(4)
        await reading.execute("COMMIT")
        tries = await altered
        await _alter(altering, "DROP COLUMN lab_only")
    await reading.close()
    await altering.close()
    worst = max(lab.town.balancer.answered.webhooks_since(span.began), default=0.0)
    balance = await lab.balance(span)
    return [
        judged("F14", "ALTER TABLE ticket against a report of 4 s, with the migrations' own limits",
               18, target="0 errors, worst request <500 ms",
               measured=f"altered at try {tries}; worst webhook {worst * 1000:.0f} ms; "
                        f"{span.says()}",
               holds=worst < 0.5 and span.unserved == 0 and balance.is_even),
    ]  # fmt: skip


async def clock_jumped(lab: Lab) -> list[Finding]:
    """A node whose wall clock goes an hour forward and then an hour back."""
    town = lab.town
    await town.b.kill()
    town.b.has_false_clock = True
    town.set_clock(0)
    await town.revive(town.b)
    ended = "SELECT count(*) FROM account_session WHERE ended_at IS NOT NULL"
    before = await town.pair.primary.value(ended)
    async with lab.watched(after=4) as span:
        for seconds in (3600, -3600, 0):
            town.set_clock(seconds)
            await asyncio.sleep(5)
    after = await town.pair.primary.value(ended)
    balance = await lab.balance(span)
    screens = await lab.screens()
    town.b.has_false_clock = False
    await town.b.kill()
    await town.revive(town.b)
    return [
        judged("F9", "a node's wall clock one hour ahead, then one hour back", 17,
               target="no timer fires early, no session ends or revives, order kept",
               measured=f"{after - before} sessions ended; {screens.missed} events missed, "
                        f"{screens.unordered} consoles out of order; {balance.ghosts} calls left; "
                        f"{span.says()}",
               holds=after == before and screens.missed == 0 and screens.unordered == 0
               and balance.is_even and span.unserved == 0),
    ]  # fmt: skip


async def _alter(connection: asyncpg.Connection, change: str) -> int:
    """As a migration does it: wait a moment for the lock, let everybody pass, try again."""
    for number in range(1, _TRIES + 1):
        try:
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '200ms'")
                await connection.execute(f"ALTER TABLE ticket {change}")
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(_WAIT_BETWEEN)
        else:
            return number
    raise TimeoutError("the table was never free")
