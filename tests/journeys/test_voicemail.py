"""Out of hours a message is taken: in words, else as sound; whoever leaves none is called back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.queueing.hall import Hall, Line, eventually


@pytest.fixture
async def closed(hall: Hall) -> AsyncIterator[Hall]:
    """Nobody works at any hour but one; the lines are there once somebody has waited in one."""
    await hall.ask_for_a_person()
    await hall.end()
    hours = "Mo 03:00-03:01"
    async with hall.database.transaction() as session:
        await session.execute(text("UPDATE queue SET hours = :hours"), {"hours": hours})
    yield hall
    async with hall.database.transaction() as session:
        await session.execute(text("UPDATE queue SET hours = '24/7'"))


async def ask(hall: Hall) -> Line:
    """Asks for a person until the line says that nobody is there."""
    line = await hall.dial()

    async def is_heard() -> bool:
        return await line.say("人工")

    await eventually(is_heard, "asked", every=0.1)
    await line.until_heard("非工作时间")
    return line


async def tickets_of(hall: Hall, client: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/api/v1/tickets")).json()["items"]
    return [item for item in items if item["title"] == "来电人语音留言"]


async def test_words_that_were_heard_become_a_ticket(closed: Hall) -> None:
    client = await closed.city.signed_in("agent-1")
    before = len(await tickets_of(closed, client))
    line = await ask(closed)

    async def is_heard() -> bool:
        return await line.say("我家暖气不热")

    await eventually(is_heard, "told", every=0.1)
    await line.until_heard("留言已经登记")
    found = await tickets_of(closed, client)
    assert len(found) == before + 1
    assert found[0]["description"] == "我家暖气不热"


async def test_what_no_recognizer_heard_is_recorded_and_hangs_on_a_ticket(closed: Hall) -> None:
    client = await closed.city.signed_in("agent-1")
    before = len(await tickets_of(closed, client))
    line = await ask(closed)
    await line.until("record")
    assert "提示音后留言" in await line.heard()
    await line.say("我家暖气不热")
    await asyncio.sleep(0.2)
    await line.press("#")
    await line.until_heard("留言已经登记")
    (ticket, *_) = found = await tickets_of(closed, client)
    assert len(found) == before + 1
    assert "请听录音办理" in ticket["description"]

    async def is_kept() -> dict[str, Any] | None:
        answer = await client.get(f"/api/v1/tickets/{ticket['id']}/recordings")
        items = answer.json()["items"]
        return items[0] if items and items[0]["state"] == "kept" else None

    recording = await eventually(is_kept, "kept")
    assert recording["kind"] == "message"
    played = await client.post(
        f"/api/v1/calls/{recording['call_id']}/recordings/{recording['id']}/play",
        json={"reason": "办理留言"},
    )
    assert played.content[:4] == b"RIFF"


async def test_who_leaves_no_message_is_called_back_when_the_line_opens(closed: Hall) -> None:
    client = await closed.city.signed_in("agent-1")
    before = len(await tickets_of(closed, client))
    line = await ask(closed)
    await line.until("hangup")
    assert len(await tickets_of(closed, client)) == before
    owed = await closed.rows(
        "SELECT kind, due_at AT TIME ZONE 'Asia/Shanghai' FROM callback WHERE ended_at IS NULL"
    )
    ((kind, due_at),) = owed
    assert kind == "missed"
    assert (due_at.weekday(), due_at.hour, due_at.minute) == (0, 3, 1)
