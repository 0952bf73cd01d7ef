"""F3, F4, F18, F19: the database restarts, is lost, is blocked by others."""

import asyncio
import signal
import time

import asyncpg
import httpx2

from hotline.db.database import Role, server_settings
from scripts.chaos_lab.lab import Finding, Lab, judged, until


async def database_restarted(lab: Lab) -> list[Finding]:
    """An immediate stop (no last checkpoint, connections cut) and a start, again and again."""
    primary = lab.town.pair.primary
    times = lab.scaled(3, 10)
    gaps = []
    async with lab.watched(after=5) as span:
        for _ in range(times):
            await asyncio.sleep(4)
            began = time.monotonic()
            await asyncio.to_thread(primary.stop, signal.SIGQUIT)
            await asyncio.to_thread(primary.start)
            await _until_acked(lab, time.monotonic())
            gaps.append(time.monotonic() - began)
    balance = await lab.balance(span)
    return [
        judged("F3", f"PostgreSQL stopped at once and started, {times} times", 10,
               target="writes back ≤5 s, 0 acknowledged lost",
               measured=f"writes back after {max(gaps):.1f} s at most; {balance.lost} of "
                        f"{balance.registered} tickets lost, {balance.doubled} doubled; "
                        f"{span.says()}",
               holds=max(gaps) <= 5 and balance.is_even),
    ]  # fmt: skip


async def database_lost(lab: Lab) -> list[Finding]:
    """The primary dies for good; an operator's tool promotes the standby two seconds later."""
    pair = lab.town.pair
    async with lab.watched(after=5) as span:
        await asyncio.sleep(3)
        began = time.monotonic()
        await asyncio.to_thread(pair.primary.kill_whole)
        await asyncio.sleep(2)
        await asyncio.to_thread(pair.standby.promote)
        pair.primary, pair.standby = pair.standby, pair.primary
        await _until_acked(lab, time.monotonic())
        gap = time.monotonic() - began
        await asyncio.sleep(5)
    balance = await lab.balance(span)
    everything = await lab.whole_balance()
    return [
        judged("F4", "the primary killed, its synchronous standby promoted after 2 s", 11,
               target="gap ≤15 s, 0 acknowledged lost",
               measured=f"writes back after {gap:.1f} s; {everything.lost} of "
                        f"{everything.registered} tickets of the whole run lost, "
                        f"{everything.doubled} doubled; {span.says()}",
               holds=gap <= 15 and balance.is_even and everything.lost == 0),
    ]  # fmt: skip


async def transactions_stuck(lab: Lab) -> list[Finding]:
    """Somebody begins and never ends; somebody asks for too much."""
    primary = lab.town.pair.primary
    limits = {name: value for name, value in server_settings(Role.APP).items() if name != "role"}
    idle = await primary.connect(server_settings=limits)
    began = time.monotonic()
    await idle.execute("BEGIN")
    await idle.execute("SELECT 1")
    await until(idle.is_closed, 40)
    cut_after = time.monotonic() - began
    asking = await primary.connect(server_settings=limits)
    began = time.monotonic()
    try:
        await asking.execute("SELECT pg_sleep(60)")
    except asyncpg.QueryCanceledError:
        stopped_after = time.monotonic() - began
    await asking.close()
    return [
        judged("F18", "a transaction left open, a statement that runs on", 19,
               target="idle cut ≤30 s, web statement ≤5 s",
               measured=f"idle cut after {cut_after:.1f} s, statement after {stopped_after:.1f} s",
               holds=cut_after <= 30 and stopped_after <= 5.5),
    ]  # fmt: skip


async def pool_exhausted(lab: Lab) -> list[Finding]:
    """Every connection of the API waits for a lock that somebody holds; calls must not."""
    blocking = await lab.town.pair.primary.connect()
    async with lab.watched(after=3) as span:
        await blocking.execute("BEGIN; LOCK TABLE announcement IN ACCESS EXCLUSIVE MODE")
        async with lab.client("a") as client:
            asked = [asyncio.create_task(_timed(client, "/api/v1/announcements"))
                     for _ in range(40)]  # fmt: skip
            await asyncio.sleep(1)
            status, refused_after = await _timed(client, "/api/v1/tickets")
            await asyncio.gather(*asked)
        await blocking.execute("ROLLBACK")
    await blocking.close()
    balance = await lab.balance(span)
    return [
        judged("F19", "every connection of a node's API held", 20,
               target="503 ≤1 s, 0 webhooks failed",
               measured=f"{status} after {refused_after:.2f} s; {span.says()}",
               holds=status in (200, 503) and refused_after <= 1.2 and span.unserved == 0
               and balance.is_even),
    ]  # fmt: skip


async def _timed(client: httpx2.AsyncClient, path: str) -> tuple[int, float]:
    began = time.monotonic()
    answer = await client.get(path)
    return answer.status_code, time.monotonic() - began


async def _until_acked(lab: Lab, moment: float) -> None:
    """Until a webhook that began after `moment` was answered as usual. Raises TimeoutError."""

    def is_acked() -> bool:
        return any(one.began > moment and one.was_registered for one in lab.network.calls[-50:])

    await until(is_acked, 60)
