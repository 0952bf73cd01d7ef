"""A caller asks for a person, and everything until the agent is free again: on the real carrier."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from tests.city import free_port, running
from tests.conftest import administer
from tests.queueing.hall import Hall

SPEED = 20.0


@pytest.fixture
async def hall(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[Hall]:
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(
        data_dir=folder, port=free_port(), semantic=Switch.OFF, carrier_speed=SPEED,
        phone=Switch.ON,
    )  # fmt: skip
    async with running(settings, postgres.dsn(database=name)) as city:
        yield Hall(city)


async def test_the_whole_way_of_a_call(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        offer = await agent.next_event("call.offered")
        assert offer["account_id"] == agent.id
        assert [said["text"] for said in offer["call"]["said"] if said["speaker"] == "caller"] == [
            "人工"
        ]
        call_id = offer["call"]["id"]

        phone = await agent.phone()
        joined = await caller.until("join")
        assert joined["room"] == (await phone.until("join"))["room"]
        call = await agent.until_call(call_id, status="talking")
        assert call["agent_id"] == agent.id
        assert await agent.presence() == "talking"
        assert await caller.say("我家没暖气")

        assert (await agent.act(call_id, "hangup")).status_code == 200
        assert await agent.presence() == "wrap_up"
        await caller.until("gather", 2)
        assert "请评价" in await caller.heard()
        await caller.press("1")
        await caller.until("hangup")
        assert "感谢您的评价" in await caller.heard()
        await phone.until("hangup")

        done = await agent.act(call_id, "wrap-up", {"outcome": "resolved"})
        assert done.status_code == 200, done.text
        assert done.json()["outcome"] == "resolved"
        assert await agent.presence() == "ready"
        await agent.until_call(call_id, status="ended", outcome="resolved")
        names = [event["name"] for event in agent.events]
        for name in ("call.queued", "call.offered", "call.answered", "call.wrapped_up"):
            assert names.count(name) == 1, (name, names)


async def test_a_busy_agent_leaves_the_caller_to_the_next(hall: Hall) -> None:
    async with hall.agent("agent-1", answers="busy") as busy, hall.agent("agent-2") as other:
        caller = await hall.ask_for_a_person()
        await busy.next_event("call.offered")
        await other.until("talking")
        await caller.until("join")
        assert (await caller.kinds()).count("enqueue") == 1
        assert await busy.presence() == "ready"
