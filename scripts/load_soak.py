"""An even, light load for a long time, to see what grows that should not.

    scripts/load soak [--minutes 60] [--warm-up 15] [--rate 3] [--consoles 8] [--speed 6]

Residents call (a need said to the machine, a ticket, a person), agents take them, consoles come and
go, pages of the portal and lists of the API are read. Every few seconds memory, open files, threads
and tasks of the service and of its worker are looked at, and the database's connections. It ends
with 1 where the line through one of them gains more than 5 % of its mean after the warm-up, and
more than chance explains.
"""

import argparse
import asyncio
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx2
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from hotline.db.database import Role, connect_arguments
from hotline.db.installed import start_database
from hotline.installation import opened
from hotline.settings import Settings, Switch, Telephony
from scripts import load_calls
from scripts.chaos_lab.consoles import Console, sign_in_many
from scripts.load_beside import LISTS, READER, sign_in
from scripts.load_figures import Tally, report, report_service
from scripts.running_service import running_carrier, running_service, running_worker
from scripts.soak_figures import Sample, Watched, report_courses

NEED_OF_TICKET = "我家暖气不热，我在滨河街道"
PAGES = ("/", "/most-asked", "/categories", "/departments", "/numbers", "/vendors", "/near",
         "/report", "/track", "/sunshine", "/announcements", "/services/svc-id-lost",
         "/services/svc-cv-drain", f"/search?q={quote('身份证丢了')}",
         f"/search?q={quote('暖气不热')}")  # fmt: skip
_SETTLING_SECONDS = 20.0
_SIGN_IN_EVERY = 60
_CROWD = 5
_STAY, _AWAY = (15.0, 60.0), (1.0, 5.0)


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        settings, network = _settings(data_dir, options)
        installation = start_database(settings)
        tasks = data_dir / "worker-tasks"
        try:
            asyncio.run(load_calls.staffed(settings, installation.url, options.agents))
            with (
                running_carrier(network),
                running_service(settings, with_worker=False) as service,
                running_worker(settings, tasks) as worker,
            ):
                pids = (service.pid, worker.pid)
                is_even = asyncio.run(_run(settings, network, installation.url, pids, options))
        finally:
            installation.close()
    sys.exit(0 if is_even else 1)


def _settings(data_dir: Path, options: argparse.Namespace) -> tuple[Settings, Settings]:
    """Of the service, and of the carrier beside it, which remembers 20,000 calls by design."""
    sid, token = "AC" + "5" * 32, SecretStr(secrets.token_hex(16))
    service = Settings(
        data_dir=data_dir, port=options.port, semantic=Switch(options.semantic),
        telephony=Telephony.TWILIO, twilio_api_url=f"http://127.0.0.1:{options.port + 1}",
        twilio_account_sid=sid, twilio_auth_token=token,
    )  # fmt: skip
    network = Settings(
        data_dir=data_dir, port=options.port + 1, public_url=service.address, phone=Switch.ON,
        carrier_speed=options.speed, twilio_account_sid=sid, twilio_auth_token=token,
    )  # fmt: skip
    return service, network


async def _run(
    settings: Settings, network: Settings, url: str, pids: tuple[int, int],
    options: argparse.Namespace,
) -> bool:  # fmt: skip
    await asyncio.sleep(_SETTLING_SECONDS)
    async with opened(settings, url) as database:
        consoles = await sign_in_many(database, settings.address, options.consoles)
    connection = await asyncpg.connect(**_own_line(url))
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=100)
    phones = httpx2.AsyncClient(base_url=_base(network), timeout=30, limits=limits)
    async with httpx2.AsyncClient(base_url=_base(settings), timeout=30) as client, phones:
        watched = Watched(*pids, settings.data_dir / "worker-tasks", client, connection)
        load = Load(settings, phones, consoles, options)
        at, samples = await load.run(watched)
        is_even = report_courses(at, samples)
        load.report()
        await report_service(client)
    await connection.close()
    return is_even


def _base(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"


def _own_line(url: str) -> dict[str, Any]:
    """Not one of those that are counted."""
    arguments = connect_arguments(make_url(url), Role.APP)
    named = {**arguments["server_settings"], "application_name": "soak"}
    return {**arguments, "server_settings": named}


class Load:
    """Everybody who uses the service, until the time is over."""

    def __init__(
        self, settings: Settings, phones: httpx2.AsyncClient, consoles: list[Console],
        options: argparse.Namespace,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._phones = phones
        self._base = _base(settings)
        self._consoles = consoles
        self._options = options
        self._dice = random.Random(options.seed)  # noqa: S311 (no secret)
        self._tally = Tally(options.speed)
        self._done: Counter[str] = Counter()
        self._placed, self._took = 0, 0.0

    async def run(self, watched: Watched) -> tuple[list[float], list[Sample]]:
        """What was seen after the warm-up, and when. Raises what ended one of the users."""
        town = load_calls.Town(self._phones, self._tally, _needs(), self._dice, self._base)
        agents = [
            load_calls.Agent(town, f"load-{number}", self._options.handle)
            for number in range(self._options.agents)
        ]
        for agent in agents:
            await agent.sign_in()
        users: list[Coroutine[Any, Any, None]] = [agent.work() for agent in agents]
        users += [self._come_and_go(console) for console in self._consoles]
        users += [self._read_pages(), self._read_lists(), self._call(town)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(user) for user in users]
            seen = await self._watch(watched)
            for task in tasks:
                task.cancel()
        return seen

    def report(self) -> None:
        report(self._options, self._placed, self._took, self._tally)
        print("  also: " + ", ".join(f"{name} {n}" for name, n in self._done.most_common()))

    async def _watch(self, watched: Watched) -> tuple[list[float], list[Sample]]:
        at, samples = [], []
        began = time.monotonic()
        warm, length = self._options.warm_up * 60, self._options.minutes * 60
        while (passed := time.monotonic() - began) < length:
            seen = await watched.look()
            if passed >= warm:
                at.append(passed)
                samples.append(seen)
            if self._options.looks:
                line = {"at": round(passed, 1), **seen}
                with self._options.looks.open("a") as file:
                    file.write(json.dumps(line) + "\n")
            await asyncio.sleep(self._options.every)
        return at, samples

    async def _call(self, town: load_calls.Town) -> None:
        """As many calls as the whole time holds; whoever still speaks at its end is cut off.

        In the warm-up they come in crowds, so that pools of connections are as full as they get.
        """
        began = time.monotonic()
        warm_up = self._options.warm_up
        try:
            await load_calls.arrivals(town, self._of_calls(warm_up, _CROWD))
            await load_calls.arrivals(town, self._of_calls(self._options.minutes - warm_up, 1))
        finally:
            self._took = time.monotonic() - began
            self._placed = self._tally.outcomes.total()

    def _of_calls(self, minutes: float, times: float) -> argparse.Namespace:
        more = {"what": "day", "minutes": minutes * self._options.speed,
                "rate": self._options.rate * times}  # fmt: skip
        return argparse.Namespace(**vars(self._options) | more)

    async def _come_and_go(self, console: Console) -> None:
        while True:
            try:
                async with asyncio.timeout(self._dice.uniform(*_STAY)):
                    await console.run()
            except TimeoutError:
                self._done["visits of consoles"] += 1
            console.is_live = False
            await asyncio.sleep(self._dice.uniform(*_AWAY))

    async def _read_pages(self) -> None:
        async with httpx2.AsyncClient(base_url=self._base, timeout=30) as resident:
            while True:
                await self._read(resident, "page", self._dice.choice(PAGES))

    async def _read_lists(self) -> None:
        """Signs in anew every minute, as many people do once a day."""
        while True:
            async with httpx2.AsyncClient(base_url=self._base, timeout=30) as person:
                await sign_in(person, self._settings.data_dir, READER)
                for _ in range(_SIGN_IN_EVERY):
                    await self._read(person, "list", self._dice.choice(LISTS))

    async def _read(self, client: httpx2.AsyncClient, what: str, path: str) -> None:
        answer = await client.get(path)
        is_well = answer.status_code == 200
        self._done[f"{what}s" if is_well else f"{path} {answer.status_code}"] += 1
        await asyncio.sleep(1)


def _needs() -> list[str]:
    """What people say; every third of them has something to be written down."""
    needs = [json.loads(line)["text"] for line in load_calls.UTTERANCES.read_text().splitlines()]
    return needs + [NEED_OF_TICKET] * (len(needs) // 2)


def _options(arguments: list[str]) -> argparse.Namespace:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("scripts/load soak", None, __doc__, formatter_class=layout)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--warm-up", type=float, help="minutes; a quarter unless told otherwise")
    parser.add_argument("--every", type=float, default=5, help="seconds between two looks")
    parser.add_argument("--rate", type=float, default=3, help="calls a minute of the call clock")
    parser.add_argument("--consoles", type=int, default=8)
    parser.add_argument("--agents", type=int, default=6)
    parser.add_argument("--handle", type=float, default=120, help="mean talk and wrap-up, s")
    parser.add_argument("--machine", type=float, default=0.6, help="share ended by the machine")
    parser.add_argument("--patience", type=float, default=180, help="mean, s")
    parser.add_argument("--speed", type=float, default=6)
    parser.add_argument("--semantic", choices=["on", "off"], default="off")
    parser.add_argument("--looks", type=Path, help="every look is written here too")
    parser.add_argument("--seed", type=int, default=114)
    parser.add_argument("--port", type=int, default=8194)
    options = parser.parse_args(arguments)
    options.what = "soak"
    if options.warm_up is None:
        options.warm_up = options.minutes / 4
    return options
