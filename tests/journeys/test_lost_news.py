"""News of the host that is doubled, late, reordered or lost: the same end in every case."""

import asyncio
from typing import Any

from tests.queueing.hall import Agent, Hall, eventually


async def serve_one(hall: Hall, agent: Agent, number: int) -> str:
    """A whole call, from the wish for a person to the rating; the call's id."""
    caller = await hall.ask_for_a_person(f"+86139000020{number:02}")
    offer = await agent.next_event("call.offered", number)
    call_id: str = offer["call"]["id"]
    await agent.until_call(call_id, status="talking")
    await agent.act(call_id, "hold")
    await caller.until("hold")
    await agent.act(call_id, "resume")
    await caller.until("hold", 2)
    await agent.act(call_id, "hangup")
    await caller.until_heard("请评价")
    await caller.press("2")
    await caller.until("hangup")
    await agent.act(call_id, "wrap-up", {"outcome": "resolved"})
    return call_id


async def serve_one_who_hangs_up(hall: Hall, agent: Agent, number: int) -> str:
    """A whole call that the caller ends; the call's id."""
    caller = await hall.ask_for_a_person(f"+86139000020{number:02}")
    offer = await agent.next_event("call.offered", number)
    call_id: str = offer["call"]["id"]
    await agent.until_call(call_id, status="talking")
    await caller.hang_up()
    await agent.until_call(call_id, status="ended")
    await agent.until("wrap_up")
    await agent.act(call_id, "wrap-up", {"outcome": "dropped"})
    return call_id


async def end_state(hall: Hall, call_ids: list[str]) -> list[Any]:
    """What remains of the calls, without ids and moments."""
    listed = ", ".join(f"'{call_id}'" for call_id in call_ids)
    return await hall.rows(
        "SELECT c.status, c.outcome, r.level, e.end_reason,"
        " (SELECT string_agg(o.state, ',' ORDER BY o.id) FROM offer o WHERE o.call_id = c.id),"
        " (SELECT string_agg(l.role || ':' || l.state, ',' ORDER BY l.id) FROM call_leg l"
        "  WHERE l.call_id = c.id)"
        " FROM call c LEFT JOIN rating r ON r.call_id = c.id"
        " LEFT JOIN queue_entry e ON e.call_id = c.id"
        f" WHERE c.id IN ({listed}) ORDER BY c.started_at"
    )


async def test_doubled_late_and_reordered_news_end_in_the_same_state(hall: Hall) -> None:
    await hall.faults(
        duplicate_rate=0.2, delay_rate=0.2, reorder_rate=0.2, delay_seconds=1.0
    )  # fmt: skip
    async with hall.agent("agent-1") as agent:
        served = []
        for number in range(1, 6):
            served.append(await serve_one(hall, agent, number))
            await agent.be("ready")
        await eventually(hall.is_settled, "settled")
        whole = ("ended", "resolved", 4, "talked", "joined", "agent:ended,caller:ended")
        assert [tuple(row) for row in await end_state(hall, served)] == [whole] * 5
        assert await agent.presence() == "ready"


async def test_callers_who_hang_up_among_doubled_and_late_news_leave_nothing(hall: Hall) -> None:
    await hall.faults(
        duplicate_rate=0.2, delay_rate=0.2, reorder_rate=0.2, delay_seconds=1.0
    )  # fmt: skip
    async with hall.agent("agent-1") as agent:
        served = []
        for number in range(1, 6):
            served.append(await serve_one_who_hangs_up(hall, agent, number))
            await agent.be("ready")
        await eventually(hall.is_settled, "settled")
        whole = ("ended", "dropped", None, "talked", "joined", "agent:ended,caller:ended")
        assert [tuple(row) for row in await end_state(hall, served)] == [whole] * 5
        assert await agent.presence() == "ready"


async def test_lost_news_are_made_up_for(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        await hall.faults(drop_rate=1.0)
        await caller.hang_up()
        await caller.until("hangup")
        assert (await agent.call(call_id))["status"] == "talking"
        await hall.reconcile()
        await agent.until_call(call_id, status="ended")
        await agent.until("wrap_up")
        await hall.reconcile()
        await eventually(hall.is_settled, "settled")


async def test_an_agent_who_joined_unheard_is_found(hall: Hall) -> None:
    await hall.faults(drop_rate=1.0)
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        await caller.until("join")
        await agent.until("talking")


async def test_a_host_that_fails_for_a_while_loses_no_caller(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        await hall.faults(failing_rest_calls=2)
        caller = await hall.ask_for_a_person()
        await caller.until("join")
        await agent.until("talking")
        assert (await caller.kinds()).count("enqueue") == 1


async def test_a_third_of_the_news_lost_ends_in_the_same_state(hall: Hall) -> None:
    await hall.faults(drop_rate=0.33)

    async def look() -> None:
        while True:
            await asyncio.sleep(1.5)
            await hall.reconcile()

    async with hall.agent("agent-1") as agent:
        looking = asyncio.create_task(look())
        served = []
        for number in range(1, 4):
            served.append(await serve_one_who_hangs_up(hall, agent, number))
            await agent.be("ready")
        await eventually(hall.is_settled, "settled")
        looking.cancel()
        whole = ("ended", "dropped", None, "talked", "joined", "agent:ended,caller:ended")
        assert [tuple(row) for row in await end_state(hall, served)] == [whole] * 3
        assert await agent.presence() == "ready"
