"""What consoles hold and what they are told, step by step: the material of a replay."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.promises.replay_screens import SCREENS, shown_by
from tests.queueing.hall import Hall, eventually

API = "/api/v1"
Json = dict[str, Any]
Answers = dict[str, Json]
"""By what was asked: the status and the body of the answer."""

_STILL_SECONDS = 0.35
_LOOKS = 40


@dataclass
class Watcher:
    """A console: who looks, and every frame that came."""

    name: str
    client: httpx2.AsyncClient
    console: Any
    first: int = 0
    epoch: str = ""
    frames: list[Json] = field(default_factory=list)

    async def listen(self) -> None:
        async for text in self.console:
            frame = json.loads(text)
            if frame["type"] == "event":
                self.frames.append(frame)

    async def ask(self, path: str) -> Json:
        answer = await self.client.get(API + path)
        return {"status": answer.status_code, "body": answer.json()}

    async def told_since(self, position: int) -> list[Json]:
        """By the cursor, page by page."""
        found: list[Json] = []
        after = position
        while True:
            page = (await self.ask(f"/events?after={after}&limit=200"))["body"]
            found += page["items"]
            if page["next"] is None:
                return found
            after = int(page["next"])


@dataclass
class Step:
    """What one action told each watcher, and what each would fetch after it."""

    name: str
    told: dict[str, list[Json]]
    after: dict[str, Answers]


@dataclass
class Recording:
    """`known` are the records whose own pages the watchers hold open; `guests` act unwatched."""

    hall: Hall
    stack: AsyncExitStack
    as_owner: Callable[[str], Awaitable[None]]
    watchers: dict[str, Watcher] = field(default_factory=dict)
    guests: dict[str, httpx2.AsyncClient] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    position: int = 0
    begun: int = 0

    def know(self, kind: str, record_id: str) -> None:
        if record_id not in self.known.setdefault(kind, []):
            self.known[kind].append(record_id)

    def forget(self, *kinds: str) -> None:
        """Nothing more happens to them: their pages are closed."""
        for kind in kinds:
            self.known.pop(kind, None)

    async def client_of(self, username: str) -> httpx2.AsyncClient:
        if username in self.watchers:
            return self.watchers[username].client
        if username not in self.guests:
            client = await self.hall.city.signed_in(username)
            self.stack.push_async_callback(client.aclose)
            self.guests[username] = client
        return self.guests[username]

    async def watch(self, username: str) -> None:
        client = await self.hall.city.signed_in(username)
        self.stack.push_async_callback(client.aclose)
        console = await self.stack.enter_async_context(self.hall.city.console(client))
        ready = json.loads(await console.recv())
        watcher = Watcher(username, client, console, ready["position"], ready["epoch"])
        listening = asyncio.create_task(watcher.listen())
        self.stack.callback(listening.cancel)
        self.watchers[username] = watcher

    async def step(self, name: str) -> None:
        """Everything is quiet again: keep what was told and what there is now."""
        before = self.position
        for _ in range(_LOOKS):
            self.position = await self._until_still()
            asked = [self._answers(one) for one in self.watchers.values()]
            after = dict(zip(self.watchers, await asyncio.gather(*asked), strict=True))
            if await self._position() == self.position:
                break
        else:
            raise AssertionError(f"{name}: the log is never still")
        told = {one.name: await self._told(one, before) for one in self.watchers.values()}
        self.steps.append(Step(name, told, after))

    async def _answers(self, watcher: Watcher) -> Answers:
        return {path: await watcher.ask(path) for path in shown_by(watcher.name, self.known)}

    async def _told(self, watcher: Watcher, before: int) -> list[Json]:
        """By the socket; the cursor gives the very same."""
        before = max(before, watcher.first)
        listed = await watcher.told_since(before)
        by_cursor = [one for one in listed if one["seq"] <= self.position]
        last = by_cursor[-1]["seq"] if by_cursor else before

        async def has_come() -> bool:
            return last <= before or any(one["seq"] >= last for one in watcher.frames)

        await eventually(has_come, f"{watcher.name}: event {last}")
        pushed = [one for one in watcher.frames if before < one["seq"] <= self.position]
        assert plain(pushed) == plain(by_cursor), watcher.name
        return pushed

    async def _position(self) -> int:
        """As far as the sequencer has numbered; nothing that was committed is still without."""
        rows = await self.hall.rows(
            "SELECT (SELECT last FROM event_position),"
            " (SELECT count(*) FROM event WHERE seq IS NULL)"
        )
        return -1 if rows[0][1] else int(rows[0][0])

    async def _until_still(self) -> int:
        async def still() -> int | None:
            position = await self._position()
            await asyncio.sleep(_STILL_SECONDS)
            is_still = position >= 0 and position == await self._position()
            return position + 1 if is_still else None

        return int(await eventually(still, "a quiet log")) - 1


def plain(events: Sequence[Mapping[str, Any]]) -> list[Json]:
    """What the socket and the list have in common."""
    same = ("seq", "name", "subject", "payload")
    return [{name: one[name] for name in same} for one in events]


async def begin(recording: Recording) -> None:
    """Everybody signs in and watches, before anything happens."""
    for name in SCREENS:
        await recording.watch(name)
    recording.position = min(one.first for one in recording.watchers.values())
    for watcher in recording.watchers.values():
        # Whoever takes calls has a seat from the first look at it on.
        await watcher.ask("/me/seat")
    await recording.step("begin")
    recording.begun = recording.position


async def resumed(recording: Recording, watcher: Watcher) -> list[Json]:
    """What a console is told that comes back with its first cursor."""
    wanted = len(watcher.frames)
    first = {"type": "resume", "after": watcher.first, "epoch": watcher.epoch}
    async with recording.hall.city.console(watcher.client, **first) as console:
        ready = json.loads(await console.recv())
        assert ready["recovered"] is True, watcher.name
        async with asyncio.timeout(20):
            return await _events(console, wanted)


async def _events(console: Any, count: int) -> list[Json]:
    frames: list[Json] = []
    while len(frames) < count:
        frame = json.loads(await console.recv())
        if frame["type"] == "event":
            frames.append(frame)
    return frames


def as_material(recording: Recording) -> Json:
    """For the console's side of the replay."""
    return {
        "steps": [
            {"name": step.name, "told": step.told, "after": step.after} for step in recording.steps
        ]
    }
