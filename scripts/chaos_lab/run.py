"""Start the town, break it in every way that was asked for, and report."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import httpx2
from pydantic import SecretStr

from hotline.db import Role, open_database
from hotline.vault import load_vault
from scripts.chaos_lab import (
    faults_database,
    faults_links,
    faults_processes,
    faults_storage,
    faults_traffic,
    faults_work,
)
from scripts.chaos_lab.consoles import sign_in_many
from scripts.chaos_lab.cost import cost_of_calls
from scripts.chaos_lab.lab import Finding, Lab, Profile, Verdict, judged, untried
from scripts.chaos_lab.network import Network
from scripts.chaos_lab.report import render, rows_of, with_kept, write
from scripts.chaos_lab.town import ROOT, Town

PAGE = ROOT / "docs" / "faults.md"
Fault = Callable[[Lab], Awaitable[list[Finding]]]

# In this order: what leaves the town whole comes first, the loss of the primary late; backups are
# judged by the moments of tickets, so before a clock jumps.
FAULTS: tuple[tuple[str, Fault], ...] = (
    ("F7", faults_traffic.webhooks_doubled),
    ("F8", faults_traffic.reader_slow),
    ("F16", faults_traffic.herd_returns),
    ("F13", faults_work.job_poisoned),
    ("F14", faults_work.migrated_while_running),
    ("F18", faults_database.transactions_stuck),
    ("F19", faults_database.pool_exhausted),
    ("F15", faults_links.provider_down),
    ("roll", faults_processes.rolling_restart),
    ("F1", faults_processes.nodes_killed),
    ("F21", faults_processes.worker_killed),
    ("F2", faults_processes.sequencer_frozen),
    ("F5", faults_links.listening_lost),
    ("F20", faults_links.line_cut),
    ("F3", faults_database.database_restarted),
    ("F22", faults_storage.backup_damaged),
    ("F9", faults_work.clock_jumped),
    ("F10", faults_storage.disk_full),
    ("F4", faults_database.database_lost),
    ("F17", faults_traffic.burst),
)
ELSEWHERE = (
    ("F6", "the broker lost", None,
     "there is none: wake-ups are NOTIFY, whose loss is F5; nodes look by themselves every second"),
    ("F11", "a vendor answers twice, a previewer opens the link", 14,
     "held by tests/vendor_pages/test_pages.py and tests/dispatch/test_race.py"),
    ("F12", "two agents, or fifty vendors, accept at once", 4,
     "held by tests/queueing/test_line.py and tests/dispatch/test_race.py"),
)  # fmt: skip
_MOST_SECONDS = {"F1": 300.0, "F9": 240.0, "F10": 180.0, "F22": 300.0, "F4": 180.0}


def main() -> None:
    options = _options()
    wanted = set(options.only.split(",")) if options.only else None
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        Path(folder).chmod(0o755)
        findings, load, remark = asyncio.run(_run(Path(folder), options, wanted))
    rows = rows_of(findings, profile=options.profile, load=load)
    sys.stdout.write(render(rows, remark))
    if options.write:
        # The balance of a few faults would stand in the place of a longer run's.
        overall = [row for row in rows if wanted is None and _is_of_the_run(row)]
        write(PAGE, render(with_kept(overall, PAGE), remark))
    sys.exit(any(finding.verdict is Verdict.NOT_MET for finding in findings))


def _is_of_the_run(row: str) -> bool:
    """Not written yet: the balance of the whole run, and what is held elsewhere."""
    return row.startswith(("| all ", *(f"| {fault} " for fault, *_ in ELSEWHERE)))


async def _run(
    folder: Path, options: argparse.Namespace, wanted: set[str] | None
) -> tuple[list[Finding], float, str]:
    """What was found, the machine's load at the beginning, and a remark on the run."""
    began, load = time.monotonic(), os.getloadavg()[0]
    own = asyncio.current_task()
    assert own is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, own.cancel)
    town = Town(folder, options.port)
    try:
        await town.start()
        _tell(f"started in {time.monotonic() - began:.0f} s")
        findings, cost = await _break(town, options, wanted)
    finally:
        await town.stop()
        if options.logs:
            _keep_logs(town, Path(options.logs))
    minutes = (time.monotonic() - began) / 60
    return findings, load, f"The last run took {minutes:.1f} minutes; {cost}."


def _keep_logs(town: Town, folder: Path) -> None:
    for process in town.processes:
        with suppress(OSError):
            (folder / process.log.name).write_bytes(process.log.read_bytes())


async def _break(
    town: Town, options: argparse.Namespace, wanted: set[str] | None
) -> tuple[list[Finding], str]:
    """Everything that was found, and what a call cost before anything was broken."""
    profile = Profile(options.profile)
    database = await open_database(
        f"postgresql+asyncpg://postgres@127.0.0.1:{town.pair.primary.port}/hotline", Role.APP,
        pool_size=1, raw_size=1,
    )  # fmt: skip
    database.carry(vault=load_vault(town.folder / "town", SecretStr(town.vault_key)))
    limits = httpx2.Limits(max_connections=2_000, max_keepalive_connections=50)
    consoles = await sign_in_many(database, town.url, 12 if profile is Profile.CI else 200)
    await database.close()
    async with httpx2.AsyncClient(limits=limits, trust_env=False) as client:
        lab = Lab(town, Network(client, town.url, town.token), consoles, profile, _tell)
        load = [asyncio.create_task(console.run()) for console in consoles]
        await lab.until_all_live(30)
        load.append(asyncio.create_task(lab.network.run()))
        cost = await cost_of_calls(lab)
        _tell(cost)
        findings = [await _noted(lab, name, fault, options) for name, fault in FAULTS
                    if wanted is None or name in wanted]  # fmt: skip
        load[-1].cancel()
        await asyncio.gather(load[-1], return_exceptions=True)
        last = await _in_the_end(lab)
        for task in load:
            task.cancel()
        await asyncio.gather(*load, return_exceptions=True)
    told = [untried(fault, what, promise, why=why) for fault, what, promise, why in ELSEWHERE]
    found = [one for some in findings for one in some]
    return [*found, *last, *([] if wanted else told)], cost


async def _noted(lab: Lab, name: str, fault: Fault, options: argparse.Namespace) -> list[Finding]:
    """On the page at once: whoever ends a run in the middle keeps what it found."""
    load = os.getloadavg()[0]
    found = await _one(lab, name, fault)
    if options.write:
        rows = rows_of(found, profile=options.profile, load=load)
        write(PAGE, render(with_kept(rows, PAGE), ""))
    return found


async def _one(lab: Lab, name: str, fault: Fault) -> list[Finding]:
    began = time.monotonic()
    try:
        async with asyncio.timeout(_MOST_SECONDS.get(name, 180.0)):
            found = await fault(lab)
    except Exception as error:
        what = f"{(fault.__doc__ or name).splitlines()[0]}"
        found = [judged(name if name.startswith("F") else "rolling", what, None, target="–",
                        measured=f"could not be measured: {type(error).__name__}: {error}",
                        holds=False)]  # fmt: skip
    for one in found:
        _tell(f"{name} {one.verdict.value}: {one.measured}")
    _tell(f"{name} took {time.monotonic() - began:.0f} s")
    await _whole_again(lab)
    return found


async def _whole_again(lab: Lab) -> None:
    """Whatever a fault left dead is started, so that the next one meets a whole town."""
    for process in (lab.town.a, lab.town.b, *lab.town.workers):
        process.send(signal.SIGCONT)
        if not process.is_alive:
            with suppress(Exception):
                await lab.town.revive(process)
    with suppress(TimeoutError):
        await lab.until_all_live(45)


async def _in_the_end(lab: Lab) -> list[Finding]:
    """The whole run: every call, every event, every console."""
    balance = await lab.whole_balance()
    screens = await lab.screens()
    return [
        judged("all", "all calls of the whole run against the database", 1,
               target="0 lost, 0 doubled, 0 calls left, log without holes",
               measured=f"{len(lab.network.acked)} webhooks answered, {balance.registered} tickets "
                        f"promised: {balance.lost} lost, {balance.doubled} doubled; "
                        f"{balance.ghosts} calls left, {balance.holes} holes, "
                        f"{balance.unnumbered} events without number, {balance.owed_jobs} jobs "
                        "owed", holds=balance.is_even and balance.registered > 0),
        judged("all", f"all {len(lab.consoles)} consoles of the whole run against the log", 5,
               target="0 missed, 0 twice, every gap flagged",
               measured=f"{screens.events} events due, {screens.missed} missed, {screens.doubled} "
                        f"twice, {screens.unordered} consoles out of order, "
                        f"{sum(one.cuts for one in lab.consoles)} cuts, {screens.reloads} fetched "
                        "anew", holds=screens.missed == 0 and screens.doubled == 0
               and screens.unordered == 0 and screens.events > 0),
    ]  # fmt: skip


def _tell(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/chaos", None, __doc__)
    parser.add_argument("--profile", choices=["ci", "night"], default="ci")
    parser.add_argument("--only", help="faults by name, with commas: F1,F7,roll")
    parser.add_argument("--write", action="store_true", help="put the table into docs/faults.md")
    parser.add_argument("--port", type=int, default=21400, help="the first of ten ports")
    parser.add_argument("--logs", help="folder for the logs of the processes")
    return parser.parse_args()
