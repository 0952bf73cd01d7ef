"""A hall of agents on the embedded carrier: consoles by API and socket, telephones by control."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlalchemy import text

from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.queueing.work import RECONCILE
from tests.city import City

CALLER = "+8613900001234"
_AGE_CALLS = "UPDATE call SET updated_at = updated_at - interval '1 min'"
_AGE_LEGS = "UPDATE call_leg SET updated_at = updated_at - interval '1 min'"
# Calls that we only planned stand in no line of the host and end with the test.
_CLEAN = (
    _AGE_CALLS,
    _AGE_LEGS,
    "UPDATE callback SET status = 'canceled', ended_at = now() WHERE ended_at IS NULL",
    "UPDATE call SET status = 'ended' WHERE provider_sid LIKE 'p%'",
    "UPDATE queue_entry SET status = 'ended', ended_at = now() WHERE is_callback",
)
Json = dict[str, Any]


@dataclass
class Line:
    """One leg as its party experiences it."""

    client: httpx2.AsyncClient
    sid: str

    async def acts(self) -> list[Json]:
        answer = await self.client.get(f"/carrier/phone/calls/{self.sid}/acts")
        items: list[Json] = answer.json()["items"]
        return items

    async def heard(self) -> str:
        return "".join(one["detail"]["text"] for one in await self.acts() if one["act"] == "say")

    async def kinds(self) -> list[str]:
        return [one["act"] for one in await self.acts()]

    async def until(self, act: str, count: int = 1) -> Json:
        """The detail of an act, once it has been experienced so many times."""

        async def found() -> Json | None:
            mine = [one["detail"] for one in await self.acts() if one["act"] == act]
            return mine[count - 1] if len(mine) >= count else None

        try:
            return await eventually(found, act)
        except AssertionError as never:
            raise AssertionError(f"{never}; but {await self.acts()}") from None

    async def until_back_in_line(self) -> None:
        """In the line once more after a talk."""

        async def is_back() -> bool:
            kinds = await self.kinds()
            return "join" in kinds and "enqueue" in kinds[kinds.index("join") :]

        await eventually(is_back, "back in the line")

    async def until_heard(self, words: str) -> None:
        async def is_heard() -> bool:
            return words in await self.heard()

        await eventually(is_heard, words)

    async def say(self, text: str) -> bool:
        return await self._act("say", {"text": text})

    async def press(self, digits: str) -> bool:
        return await self._act("press", {"digits": digits})

    async def hang_up(self) -> bool:
        return await self._act("hangup", {})

    async def _act(self, act: str, body: Json) -> bool:
        answer = await self.client.post(f"/carrier/phone/calls/{self.sid}/{act}", json=body)
        heard: bool = answer.json()["heard"]
        return heard


@dataclass
class Agent:
    """Somebody at a console, with a telephone that rings at `client:<username>`."""

    hall: "Hall"
    username: str
    client: httpx2.AsyncClient
    id: str
    events: list[Json] = field(default_factory=list)

    async def be(self, state: str, **more: str) -> None:
        answer = await self.client.put("/api/v1/me/presence", json={"state": state, **more})
        assert answer.status_code == 200, answer.text

    async def act(self, call_id: str, act: str, body: Json | None = None) -> httpx2.Response:
        return await self.client.post(f"/api/v1/calls/{call_id}/{act}", json=body)

    async def presence(self) -> str:
        me = (await self.client.get("/api/v1/me")).json()
        state: str = me["presence"]["state"]
        return state

    async def until(self, state: str) -> None:
        async def is_so() -> bool:
            return await self.presence() == state

        await eventually(is_so, f"{self.username} {state}")

    async def call(self, call_id: str) -> Json:
        found: Json = (await self.client.get(f"/api/v1/calls/{call_id}")).json()
        return found

    async def until_call(self, call_id: str, **wanted: Any) -> Json:
        async def found() -> Json | None:
            call = await self.call(call_id)
            return call if all(call.get(name) == value for name, value in wanted.items()) else None

        return await eventually(found, f"call {wanted}")

    async def next_event(self, name: str, count: int = 1) -> Json:
        """The payload of an event that the console is told of."""

        async def found() -> Json | None:
            mine = [event["payload"] for event in self.events if event["name"] == name]
            return mine[count - 1] if len(mine) >= count else None

        return await eventually(found, name)

    async def phone(self, count: int = 1) -> Line:
        """The agent's telephone once it rings or talks."""
        return await self.hall.line_at(f"client:{self.username}", count)


@dataclass
class Hall:
    """`database` is the service's own, to look into and to make its jobs due."""

    city: City
    database: Database
    callers: list[Line] = field(default_factory=list)

    async def end(self) -> None:
        """Everybody hangs up; the next test finds an empty hall."""
        await self.faults(drop_rate=0, duplicate_rate=0, delay_rate=0, reorder_rate=0)
        for line in self.callers:
            await line.hang_up()
        self.callers.clear()
        await asyncio.sleep(0.3)
        async with self.database.transaction() as session:
            for statement in _CLEAN:
                await session.execute(text(statement))
            await jobs.enqueue(session, RECONCILE, dedupe="all")
        await eventually(self.is_settled, "settled")
        async with self.database.transaction() as session:
            await session.execute(text("UPDATE seat SET state = 'offline', call_id = NULL"))

    async def is_settled(self) -> bool:
        """No live leg, no open place or offer, no reserved seat, no live call."""
        left = await self.rows(
            "SELECT (SELECT count(*) FROM call_leg WHERE state <> 'ended')"
            " + (SELECT count(*) FROM queue_entry WHERE ended_at IS NULL)"
            " + (SELECT count(*) FROM offer WHERE state = 'ringing')"
            " + (SELECT count(*) FROM seat WHERE leg_id IS NOT NULL)"
            " + (SELECT count(*) FROM call WHERE status <> 'ended')"
        )
        return bool(left[0][0] == 0)

    async def reconcile(self) -> None:
        """Let the service look at the host now, as it does every half minute."""
        async with self.database.transaction() as session:
            await session.execute(
                text("UPDATE call SET updated_at = updated_at - interval '1 min'")
            )
            await session.execute(
                text("UPDATE call_leg SET updated_at = updated_at - interval '1 min'")
            )
            await jobs.enqueue(session, RECONCILE, dedupe="all")

    async def rows(self, query: str) -> list[Any]:
        async with self.database.transaction() as session:
            return list((await session.execute(text(query))).all())

    async def ring(self, address: str, answer: str) -> None:
        body = {"address": address, "answer": answer}
        reply = await self.city.client.post("/carrier/phone/ring", json=body)
        assert reply.status_code == 200, reply.text

    async def dial(self, caller: str = CALLER) -> Line:
        reply = await self.city.client.post("/carrier/phone/calls", json={"from": caller})
        self.callers.append(Line(self.city.client, reply.json()["call_sid"]))
        return self.callers[-1]

    async def faults(self, **rates: Any) -> None:
        reply = await self.city.client.post("/carrier/phone/faults", json=rates)
        assert reply.status_code == 200, reply.text

    async def ask_for_a_person(self, caller: str = CALLER) -> Line:
        """Says so until it is heard: at this speed the line listens for a moment only.

        A free agent may take the caller in before the line has said its words to the end.
        """
        line = await self.dial(caller)

        async def waits() -> bool:
            if {"enqueue", "join"} & set(await line.kinds()):
                return True
            await line.say("人工")
            return False

        await eventually(waits, "a place in the line", every=0.1)
        return line

    async def line_at(self, address: str, count: int = 1) -> Line:
        seen: list[str] = []

        async def found() -> str | None:
            reply = await self.city.client.get(
                "/carrier/phone/ringing", params={"address": address}
            )
            for item in reply.json()["items"]:
                if item["call_sid"] not in seen:
                    seen.append(item["call_sid"])
            return seen[count - 1] if len(seen) >= count else None

        line = Line(self.city.client, await eventually(found, f"{address} rings"))
        self.callers.append(line)
        return line

    @asynccontextmanager
    async def agent(
        self, username: str, *, answers: str = "answer", state: str = "ready"
    ) -> AsyncIterator[Agent]:
        """Signed in, watching, and with a telephone that does as said."""
        client = await self.city.signed_in(username)
        me = (await client.get("/api/v1/me")).json()
        agent = Agent(self, username, client, me["account_id"])
        await self.ring(f"client:{username}", answers)
        async with self.city.console(client) as console:
            watching = asyncio.create_task(_watch(console, agent.events))
            await agent.be(state)
            try:
                yield agent
            finally:
                watching.cancel()
                await client.aclose()


async def eventually(
    ask: Callable[[], Any], what: str, *, within: float = 15.0, every: float = 0.05
) -> Any:
    """What `ask` gives once it gives something."""
    try:
        async with asyncio.timeout(within):
            while not (found := await ask()):  # noqa: ASYNC110
                await asyncio.sleep(every)
            return found
    except TimeoutError:
        raise AssertionError(f"never: {what}") from None


async def _watch(console: Any, events: list[Json]) -> None:
    async for frame in console:
        message = json.loads(frame)
        if message["type"] == "event":
            events.append(message)
