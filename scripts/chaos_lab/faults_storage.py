"""F10, F22: a full disk, damaged backups, and the way back to a second."""

import asyncio
import os
import subprocess
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scripts.chaos_lab.lab import Finding, Lab, judged, untried
from scripts.chaos_lab.postgres import Server

_FULL_SECONDS = 10.0
_NOT_ARCHIVED = "SELECT coalesce(last_archived_wal, '') < $1 FROM pg_stat_archiver"


async def disk_full(lab: Lab) -> list[Finding]:
    """The primary's disk has no byte left for some seconds; whoever watches starts it again."""
    primary = lab.town.pair.primary
    if not primary.has_own_disk:
        return [untried("F10", "the database's disk full", 16,
                        why="a small disk (tmpfs) may not be mounted here")]  # fmt: skip
    filler = primary.folder / "filler"
    async with lab.watched(after=4) as span:
        _fill(filler)
        began = time.monotonic()
        while time.monotonic() - began < _FULL_SECONDS:
            with suppress(Exception):
                await primary.fetch("SELECT pg_switch_wal()", database="postgres")
            await _start_if_dead(primary)
            await asyncio.sleep(0.5)
        during = lab.network.calls[span.calls_before :]
        helped = sum(call.was_sorry or call.was_registered for call in during)
        filler.unlink()
        freed = time.monotonic()
        back = await _back(lab, primary, freed)
    balance = await lab.balance(span)
    return [
        judged("F10", f"the database's disk full for {_FULL_SECONDS:.0f} s", 16,
               target="0 acknowledged lost; callers hear the fallback; no hand work after space",
               measured=f"{balance.lost} of {balance.registered} tickets lost; {span.sorry} "
                        f"callers heard the fallback, {span.failed} heard nothing, {helped} were "
                        f"helped; as usual {back:.1f} s after there was space; {span.says()}",
               holds=balance.is_even and span.failed == 0 and back < 30),
    ]  # fmt: skip


async def backup_damaged(lab: Lab) -> list[Finding]:
    """A dump with a flipped byte, a dump cut short, a whole one; then recovery to a second."""
    return [*await _dumps(lab), *await _to_a_second(lab)]


async def _dumps(lab: Lab) -> list[Finding]:
    whole = lab.town.folder / "whole.dump"
    began = time.monotonic()
    assert await _hotline(lab, "hotline", "db", "backup", str(whole)) == 0
    took = time.monotonic() - began
    content = whole.read_bytes()
    middle = len(content) // 2
    flipped, cut = whole.with_name("flipped.dump"), whole.with_name("cut.dump")
    flipped.write_bytes(content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :])
    cut.write_bytes(content[: int(len(content) * 0.7)])
    primary = lab.town.pair.primary
    await primary.fetch("CREATE DATABASE copied TEMPLATE template0", database="postgres")
    refused = [await _hotline(lab, "copied", "db", "restore", str(bad)) != 0
               for bad in (flipped, cut)]  # fmt: skip
    began = time.monotonic()
    restored = await _hotline(lab, "copied", "db", "restore", str(whole)) == 0
    back = time.monotonic() - began
    count = await primary.value("SELECT count(*) FROM ticket", database="copied")
    verified = await _hotline(lab, "copied", "audit", "verify") == 0
    await primary.fetch("DROP DATABASE copied WITH (FORCE)", database="postgres")
    return [
        judged("F22", "a dump with one byte flipped, a dump cut at 70 %, a whole dump", 24,
               target="the damaged are refused, the whole one restores, the audit verifies",
               measured=f"refused: {refused[0]}, {refused[1]}; {len(content) / 1e6:.1f} MB in "
                        f"{took:.1f} s, restored in {back:.1f} s with {count} tickets; audit "
                        f"verifies: {verified}",
               holds=all(refused) and restored and count > 0 and verified),
    ]  # fmt: skip


async def _to_a_second(lab: Lab) -> list[Finding]:
    """A base backup, the log of changes after it, and a moment within that log."""
    primary, third = lab.town.pair.primary, lab.town.pair.third
    await asyncio.to_thread(third.copy_of, primary, name="copy", follows=False)
    await asyncio.sleep(6)
    moment = datetime.now(UTC)
    await asyncio.sleep(3)
    await _archived(lab)
    began = time.monotonic()
    third.recover_to(moment.isoformat(), lab.town.pair.archive)
    await asyncio.to_thread(third.start)
    took = time.monotonic() - began
    last = await third.value("SELECT max(created_at) FROM ticket")
    until = "SELECT count(*) FROM ticket WHERE created_at < $1"
    sure = moment - timedelta(milliseconds=500)
    there, here = await third.value(until, sure), await primary.value(until, sure)
    await asyncio.to_thread(third.stop)
    return [
        judged("F22", "recovery to a second: base backup and archived WAL", 24,
               target="RPO ≤5 min, RTO ≤30 min; nothing after the moment",
               measured=f"{there} of {here} tickets until half a second before the moment, last "
                        f"one {(moment - last).total_seconds():.1f} s before it; up in "
                        f"{took:.1f} s",
               holds=there == here and last <= moment),
    ]  # fmt: skip


async def _archived(lab: Lab) -> None:
    """Until the log up to now lies in the archive."""
    primary = lab.town.pair.primary
    now = await primary.value("SELECT pg_walfile_name(pg_current_wal_lsn())")
    await primary.fetch("SELECT pg_switch_wal()")
    async with asyncio.timeout(40):
        while await primary.value(_NOT_ARCHIVED, now):  # noqa: ASYNC110 (another machine's state)
            await asyncio.sleep(0.2)


async def _hotline(lab: Lab, database: str, *command: str) -> int:
    """One command of the service on a database of the primary; its exit code."""
    primary = lab.town.pair.primary
    url = f"postgresql://postgres@127.0.0.1:{primary.port}/{database}"
    programs = str(primary.programs)
    env = lab.town.a.env | {
        "HOTLINE_DATABASE_URL": url,
        "PATH": f"{programs}:{os.environ.get('PATH', '')}",
    }
    code = f"from hotline.cli import app; app({list(command)!r})"
    done = await asyncio.create_subprocess_exec(
        "nice", lab.town.python, "-c", code, env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return await done.wait()


async def _back(lab: Lab, primary: Server, since: float) -> float:
    """Seconds until a call went as usual."""
    async with asyncio.timeout(60):
        while True:
            await _start_if_dead(primary)
            if any(c.began > since and c.was_registered for c in lab.network.calls[-50:]):
                return time.monotonic() - since
            await asyncio.sleep(0.2)


async def _start_if_dead(primary: Server) -> None:
    """What systemd's `Restart=always` does."""
    if primary.reap():
        with suppress(TimeoutError, RuntimeError):
            await asyncio.to_thread(primary.start)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(65_536))
