"""Consoles that all lose their line in one moment, and come back: promise 21.

    scripts/load herd [--sockets 2000] [--rate 2] [--times 3]

One node with its database and the consoles share the cores. Tickets are opened and amended at an
even rate all the while; each console waits as the real one does, comes with the number of the last
event that it saw, and checks every number that it is handed. Ends with 1 where it took longer than
30 s, something was missed or came twice, a console had to fetch everything anew, or one that came
back cost the database more than two questions.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from hotline.db import Database
from hotline.db.installed import start_database
from hotline.installation import opened, prepare
from hotline.settings import Settings, Switch
from scripts.crowd import Crowd, make_crowd, running_crowd
from scripts.desk_work import Desk, telling
from scripts.running_service import running_service

LIMIT_SECONDS, MOST_QUESTIONS = 30.0, 2.0
_SETTLING_SECONDS, _QUIET_SECONDS = 10.0, 10.0
_COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="herd-") as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data_dir=Path(folder), port=options.port, semantic=Switch.OFF)
        installation = start_database(settings)
        try:
            asyncio.run(prepare(settings, installation.url, lambda _line: None))
            with running_service(settings):
                holds = asyncio.run(_herds(settings, installation.url, options))
        finally:
            installation.close()
    sys.exit(not holds)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/load herd", description=__doc__)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=2.0, help="commits a second")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--port", type=int, default=8499)
    return parser.parse_args(arguments)


async def _herds(settings: Settings, url: str, options: argparse.Namespace) -> bool:
    async with opened(settings, url) as database, telling(database):
        tokens = await make_crowd(database, options.sockets)
        with running_crowd(settings.port, tokens) as crowd:
            joined = await asyncio.to_thread(crowd.ready)
            print(f"load {os.getloadavg()[0]:.1f}; {joined} sockets are connected", flush=True)
            desk = await Desk.open(database)
            working = asyncio.create_task(_work(desk, options.rate))
            await asyncio.sleep(_SETTLING_SECONDS)
            held = [await _herd(database, crowd, joined) for _ in range(options.times)]
            working.cancel()
    return all(held) and joined == options.sockets


async def _work(desk: Desk, rate: float) -> None:
    while True:
        await desk.write(rate, 10)


async def _herd(database: Database, crowd: Crowd, joined: int) -> bool:
    """One cut, until everybody is back and what was under way has come."""
    usual = await _commits_a_second(database)
    await asyncio.to_thread(crowd.mark)
    before, began = await database.raw.fetchval(_COMMITS), time.monotonic()
    await asyncio.to_thread(crowd.cut)
    while (seen := await asyncio.to_thread(crowd.seen)).back < joined:
        await asyncio.sleep(0.2)
        if time.monotonic() - began > 4 * LIMIT_SECONDS:
            break
    await asyncio.sleep(_QUIET_SECONDS)
    made = await database.raw.fetchval(_COMMITS) - before - usual * (time.monotonic() - began)
    questions = max(0.0, made) / joined
    seen = await asyncio.to_thread(crowd.seen)
    print(f"{seen.back} back, the slowest after {seen.away:.1f} s; {seen.events} events, "
          f"{seen.gaps} missed or twice, {seen.anew} fetched anew, {seen.lost} lost again; "
          f"{questions:.1f} transactions each", flush=True)  # fmt: skip
    return (seen.back == joined and seen.away <= LIMIT_SECONDS and questions <= MOST_QUESTIONS
            and seen.gaps == seen.anew == seen.lost == 0)  # fmt: skip


async def _commits_a_second(database: Database) -> float:
    before, began = await database.raw.fetchval(_COMMITS), time.monotonic()
    await asyncio.sleep(_QUIET_SECONDS)
    made: float = await database.raw.fetchval(_COMMITS) - before
    return made / (time.monotonic() - began)
