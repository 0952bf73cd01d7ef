"""Drive the whole hotline with calls on its own carrier, as residents and agents would.

    scripts/load calls day    [--rate 10] [--minutes 30] [--agents 28] [--handle 240] [--speed 6]
    scripts/load calls turns  [--rate 10] [--seconds 60] [--sockets 1500 --reads 5]
    scripts/load calls burst  [--rate 0.5] [--peak 50] [--seconds 60]

`day`: calls a minute of people who want an answer or a person; agents take calls at their consoles.
`turns`: calls a second, each a need said to the machine. `burst`: the same, from rate to peak at
once. `--sockets` consoles may watch and `--reads` lists a second be read meanwhile.
The service, PostgreSQL, the carrier and this generator share the machine. Durations of
webhooks are the service's own (/metrics); waits are on the call clock (wall time by speed).
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import connect

from hotline.accounts import service as accounts
from hotline.accounts.roles import Role
from hotline.db.installed import start_database
from hotline.installation import opened, prepare
from hotline.organizations.queries import cities
from hotline.settings import Settings, Switch
from scripts.crowd import Crowd
from scripts.load_beside import Readers, report_beside, watching_crowd
from scripts.load_figures import Tally, report, report_service
from scripts.running_service import running_service

ROOT = Path(__file__).parent.parent
UTTERANCES = ROOT / "tests" / "matching" / "utterances" / "dev.jsonl"
PASSWORD = "Evening-Traffic-7391-Qz"  # noqa: S105 (of accounts that live as long as this run)
Json = dict[str, Any]


@dataclass
class Town:
    """One line to the carrier, and to the service unless that is elsewhere, and what people say."""

    client: httpx2.AsyncClient
    tally: Tally
    needs: list[str]
    dice: random.Random
    service: str = ""

    async def post(self, path: str, body: Json) -> Json:
        answer = await self.client.post(path, json=body)
        if answer.status_code >= 300:
            self.tally.errors[f"{path.rsplit('/', 1)[-1]} {answer.status_code}"] += 1
            return {}
        found: Json = answer.json()
        return found

    async def sleep(self, seconds: float) -> None:
        """On the call clock."""
        await asyncio.sleep(seconds / self.tally.speed)


class Caller:
    """One resident on the line."""

    def __init__(self, town: Town, number: int) -> None:
        self.town = town
        self.from_number = f"+8613{number % 1_000_000_000:09}"
        self.sid = ""
        self.seen: Counter[str] = Counter()
        self.after = 0

    async def dial(self) -> None:
        answer = await self.town.post("/carrier/phone/calls", {"from": self.from_number})
        self.sid = answer.get("call_sid", "")

    async def act(self, act: str, body: Json) -> bool:
        answer = await self.town.post(f"/carrier/phone/calls/{self.sid}/{act}", body)
        return bool(answer.get("heard"))

    async def look(self) -> None:
        """Count what was experienced since the last look."""
        path = f"/carrier/phone/calls/{self.sid}/acts"
        answer = await self.town.client.get(path, params={"after": self.after})
        for item in answer.json()["items"]:
            self.after = item["seq"]
            self.seen[item["act"]] += 1
            if item["act"] == "error":
                self.town.tally.errors[f"error {item['detail'].get('code')}"] += 1

    async def say(self, text: str, tries: int = 60) -> bool:
        """Says it again until the line listens; people let the greeting begin."""
        for _ in range(tries):
            await self.town.sleep(2)
            if await self.act("say", {"text": text}):
                return True
        return False

    async def ask_machine(self) -> str:
        """One need, its answer, and thanks."""
        if not await self.say(self.town.dice.choice(self.town.needs)):
            return "unheard"
        before = self.seen["gather"]
        for _ in range(20):
            await self.town.sleep(3)
            await self.look()
            if self.seen["hangup"] or self.seen["enqueue"] or self.seen["dial"]:
                break
            if self.seen["gather"] > before:
                break
        await self.act("hangup", {})
        return "by machine"

    async def ask_in_passing(self) -> str:
        """One need in as few requests as a call can be played with, so that the load is theirs."""
        await self.town.sleep(8)
        was_heard = await self.act("say", {"text": self.town.dice.choice(self.town.needs)})
        await self.town.sleep(8)
        await self.act("hangup", {})
        return "by machine" if was_heard else "unheard"

    async def ask_person(self, patience: float) -> str:
        """A person, or out of patience."""
        if not await self.say("人工"):
            return "unheard"
        began = time.monotonic()
        while not (self.seen["join"] or self.seen["hangup"]):
            await asyncio.sleep(0.2)
            await self.look()
            if (time.monotonic() - began) * self.town.tally.speed > patience:
                await self.act("hangup", {})
                self.town.tally.patience.append(patience)
                return "abandoned"
        while not self.seen["hangup"]:
            await asyncio.sleep(1.0)
            await self.look()
            if self.seen["gather"] > 1:  # the rating: most people do not stay for it
                await self.act("hangup", {})
        return "by agent"


class Agent:
    """A console with a telephone that is picked up; talks as long as its dice say."""

    def __init__(self, town: Town, username: str, handle: float) -> None:
        self.town = town
        self.username = username
        self.handle = handle
        base = town.service or town.client.base_url
        self.client = httpx2.AsyncClient(base_url=base, timeout=30)
        self.id = ""
        self.talked = 0

    async def sign_in(self) -> None:
        body = {"username": self.username, "password": PASSWORD}
        answer = await self.client.post("/api/v1/sessions", json=body)
        answer.raise_for_status()
        self.id = answer.json()["account_id"]
        ring = {"address": f"client:{self.username}", "answer": "answer"}
        await self.town.post("/carrier/phone/ring", ring)

    async def work(self) -> None:
        """Until cancelled."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        base = str(self.client.base_url).rstrip("/")
        headers = {"Cookie": cookie, "Origin": base}
        address = base.replace("http", "ws") + "/api/v1/socket"
        async with connect(address, additional_headers=headers) as console:
            await console.send('{"type":"start"}')
            ready = await self.client.put("/api/v1/me/presence", json={"state": "ready"})
            ready.raise_for_status()
            talks = set()
            async for frame in console:
                if '"call.answered"' not in frame or self.id not in frame:
                    continue
                payload = json.loads(frame)["payload"]
                if payload.get("agent_id") == self.id:
                    talks.add(asyncio.create_task(self.talk(payload)))

    async def talk(self, call: Json) -> None:
        queued, answered = (datetime.fromisoformat(call[at]) for at in ("queued_at", "answered_at"))
        self.town.tally.waits.append((answered - queued).total_seconds() * self.town.tally.speed)
        handle = self.town.dice.lognormvariate(0, 0.5) * self.handle / 1.133
        await self.town.sleep(handle * 0.9)
        await self.client.post(f"/api/v1/calls/{call['id']}/hangup")
        await self.town.sleep(handle * 0.1)
        body = {"outcome": "resolved", "next": "ready"}
        for _ in range(20):
            done = await self.client.post(f"/api/v1/calls/{call['id']}/wrap-up", json=body)
            if done.status_code < 300:
                self.talked += 1
                return
            await asyncio.sleep(0.5)
        self.town.tally.errors["agent stuck"] += 1


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        settings = Settings(
            data_dir=data_dir, port=options.port, phone=Switch.ON, carrier_speed=options.speed,
            semantic=Switch(options.semantic),
        )  # fmt: skip
        installation = start_database(settings)
        try:
            asyncio.run(staffed(settings, installation.url, options.agents))
            with (
                running_service(settings),
                watching_crowd(settings, installation.url, options.sockets) as crowd,
            ):
                asyncio.run(_run(settings, options, crowd))
        finally:
            installation.close()


async def staffed(settings: Settings, url: str, agents: int) -> None:
    await prepare(settings, url, lambda _line: None)
    async with opened(settings, url) as database, database.transaction() as session:
        city, *_ = await cities(session)
        for number in range(agents):
            agent = accounts.NewAccount(
                f"load-{number}", f"坐席{number}", PASSWORD, city.id, (Role.AGENT,),
                must_change_password=False,
            )  # fmt: skip
            await accounts.create_account(session, None, agent)


async def _run(settings: Settings, options: argparse.Namespace, crowd: Crowd | None) -> None:
    needs = [json.loads(line)["text"] for line in UTTERANCES.read_text().splitlines()]
    tally = Tally(settings.carrier_speed)
    base = f"http://127.0.0.1:{settings.port}"
    limits = httpx2.Limits(max_connections=400, max_keepalive_connections=400)
    async with AsyncExitStack() as stack:
        client = httpx2.AsyncClient(base_url=base, timeout=30, limits=limits)
        await stack.enter_async_context(client)
        town = Town(client, tally, needs, random.Random(options.seed))  # noqa: S311 (no secret)
        agents = [Agent(town, f"load-{n}", options.handle) for n in range(options.agents)]
        for agent in agents:
            await agent.sign_in()
        working = [asyncio.create_task(agent.work()) for agent in agents]
        readers = Readers(base, settings.data_dir, options.reads)
        if options.reads:
            working.append(asyncio.create_task(readers.read()))
        await asyncio.sleep(2)
        began = time.monotonic()
        placed = await arrivals(town, options)
        took = time.monotonic() - began
        await asyncio.sleep(3)
        for task in working:
            if task.done():
                task.result()
            task.cancel()
        report(options, placed, took, tally)
        report_beside(crowd, readers)
        await report_service(client)


async def arrivals(town: Town, options: argparse.Namespace) -> int:
    """Calls by a Poisson process; waits for the last of them to end."""
    calls: list[asyncio.Task[None]] = []
    is_day = options.what == "day"
    length = options.minutes * 60 if is_day else options.seconds
    clock = 0.0
    began = time.monotonic()
    while clock < length:
        rate = options.rate / 60 if is_day else options.rate
        if options.what == "burst" and clock > 5:
            rate = options.peak
        clock += town.dice.expovariate(rate)
        ahead = clock / town.tally.speed - (time.monotonic() - began)
        if ahead > 0:
            await asyncio.sleep(ahead)
        wants_person = is_day and town.dice.random() >= options.machine
        caller = Caller(town, town.dice.randrange(10**9))
        calls.append(asyncio.create_task(_live(town, caller, options, wants_person)))
    await asyncio.gather(*calls)
    return len(calls)


async def _live(
    town: Town, caller: Caller, options: argparse.Namespace, wants_person: bool
) -> None:
    try:
        await caller.dial()
        if not caller.sid:
            town.tally.outcomes["not placed"] += 1
            return
        if options.what == "burst":
            outcome = await caller.ask_in_passing()
        elif wants_person:
            outcome = await caller.ask_person(town.dice.expovariate(1 / options.patience))
        else:
            outcome = await caller.ask_machine()
    except httpx2.TransportError as error:
        outcome = f"generator: {type(error).__name__}"
    town.tally.outcomes[outcome] += 1


def _options(arguments: list[str]) -> argparse.Namespace:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("scripts/load calls", None, __doc__, formatter_class=layout)
    parser.add_argument("what", choices=["day", "turns", "burst"])
    parser.add_argument("--rate", type=float)
    parser.add_argument("--peak", type=float, default=50)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--agents", type=int)
    parser.add_argument("--handle", type=float, default=240, help="mean talk and wrap-up, s")
    parser.add_argument("--machine", type=float, default=0.5, help="share ended by the machine")
    parser.add_argument("--patience", type=float, default=180, help="mean, s")
    parser.add_argument("--speed", type=float)
    parser.add_argument("--semantic", choices=["on", "off"], default="off")
    parser.add_argument("--sockets", type=int, default=0, help="consoles that watch")
    parser.add_argument("--reads", type=float, default=0, help="lists read a second")
    parser.add_argument("--seed", type=int, default=114)
    parser.add_argument("--port", type=int, default=8195)
    options = parser.parse_args(arguments)
    preset = {"day": (10, 28, 6), "turns": (10, 0, 1), "burst": (0.5, 0, 1)}[options.what]
    for name, value in zip(("rate", "agents", "speed"), preset, strict=True):
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options
