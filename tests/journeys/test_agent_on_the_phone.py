"""A caller asks for a person, and everything until the agent is free again: on the real carrier."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from tests.city import free_port, running
from tests.conftest import administer
from tests.queueing.hall import Agent, Hall, Line, eventually

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
    dsn = postgres.dsn(database=name)
    database = await open_database(dsn, Role.APP, pool_size=2, raw_size=1)
    async with running(settings, dsn) as city:
        yield Hall(city, database)
    await database.close()


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


async def test_whoever_does_not_answer_is_sent_on_a_break_and_the_next_is_asked(
    hall: Hall,
) -> None:
    async with hall.agent("agent-1", answers="no-answer") as absent:
        caller = await hall.ask_for_a_person()
        await absent.next_event("call.offered")
        async with hall.agent("agent-2") as other:
            await caller.until("join")
            await other.until("talking")
        await absent.until("break")
        me = (await absent.client.get("/api/v1/me")).json()
        assert me["presence"]["reason"] == "missed_offer"


async def test_a_declined_call_goes_to_the_next_and_the_decliner_stays_ready(hall: Hall) -> None:
    async with hall.agent("agent-1", answers="no-answer") as first:
        caller = await hall.ask_for_a_person()
        offer = await first.next_event("call.offered")
        await first.phone()
        async with hall.agent("agent-2") as second:
            assert (await first.act(offer["call"]["id"], "decline")).status_code == 200
            await caller.until("join")
            await second.until("talking")
            assert await first.presence() == "ready"
            late = await first.act(offer["call"]["id"], "accept")
            assert (late.status_code, late.json()["code"]) == (409, "call_taken")


async def test_the_agent_answers_by_hand(hall: Hall) -> None:
    async with hall.agent("agent-1", answers="no-answer") as agent:
        caller = await hall.ask_for_a_person()
        offer = await agent.next_event("call.offered")
        accepted = await agent.act(offer["call"]["id"], "accept")
        assert accepted.json()["offer_id"] == offer["offer_id"]
        phone = await agent.phone()
        await hall.city.client.post(f"/carrier/phone/calls/{phone.sid}/answer")
        await caller.until("join")
        await agent.until("talking")


async def test_the_caller_hangs_up_in_the_talk(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        phone = await agent.phone()
        await caller.hang_up()
        await agent.until_call(call_id, status="ended")
        await agent.until("wrap_up")
        await phone.until("hangup")


async def test_hold_and_resume(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        await agent.act(call_id, "hold")
        assert (await caller.until("hold"))["on"] is True
        held = await agent.next_event("call.held")
        assert [party["is_held"] for party in held["parties"]] == [False, True]
        await caller.until_heard("话务员马上回来")
        await agent.act(call_id, "resume")
        assert (await caller.until("hold", 2))["on"] is False
        await agent.next_event("call.resumed")
        muted = await agent.act(call_id, "mute", {"on": True})
        assert muted.status_code == 200

        async def is_muted() -> bool:
            parties = (await agent.call(call_id))["parties"]
            return bool(parties[0]["is_muted"])

        await eventually(is_muted, "muted")


async def test_a_colleague_is_consulted_joins_in_and_takes_over(hall: Hall) -> None:
    async with hall.agent("agent-1") as first:
        caller = await hall.ask_for_a_person()
        call_id = (await first.next_event("call.offered"))["call"]["id"]
        await first.until_call(call_id, status="talking")
        phone = await first.phone()
        async with hall.agent("agent-2") as second:
            asked = await first.act(call_id, "consult", {"account_id": second.id})
            assert asked.status_code == 200, asked.text
            await second.until("talking")
            assert (await caller.until("hold"))["on"] is True
            assert (await first.act(call_id, "merge")).status_code == 200
            assert (await caller.until("hold", 2))["on"] is False
            moved = await first.act(call_id, "transfer", {"mode": "warm"})
            assert moved.status_code == 200, moved.text
            await first.until("wrap_up")
            await phone.until("hangup")
            call = await second.until_call(call_id, agent_id=second.id)
            assert call["status"] == "talking"
            assert await caller.say("您好")
            await second.act(call_id, "hangup")
            await caller.until("gather", 2)


async def test_a_unit_is_called_with_the_callers_own_number(hall: Hall) -> None:
    await hall.ring("110", "answer")
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        assert (await agent.act(call_id, "consult", {"number": "110"})).status_code == 200
        police = await hall.line_at("110")
        await police.until("join")
        listed = await hall.city.client.get("/carrier/phone/ringing", params={"address": "110"})
        assert listed.json()["items"][0]["from"] == "+8613900001234"
        await agent.act(call_id, "merge")
        await caller.until("hold", 2)
        await agent.act(call_id, "transfer", {"mode": "warm"})
        await agent.until("wrap_up")
        assert await police.say("您在哪里")
        await police.hang_up()
        await caller.until("gather", 2)


@pytest.mark.parametrize("number", ["+12025550123", "16012345678", "96881234"])
async def test_numbers_that_cost_or_lie_abroad_are_not_rung(hall: Hall, number: str) -> None:
    async with hall.agent("agent-1") as agent:
        await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        refused = await agent.act(call_id, "consult", {"number": number})
        assert (refused.status_code, refused.json()["code"]) == (422, "number_not_allowed")


async def test_a_blind_transfer_brings_the_caller_to_the_colleague(hall: Hall) -> None:
    async with hall.agent("agent-1") as first:
        caller = await hall.ask_for_a_person()
        call_id = (await first.next_event("call.offered"))["call"]["id"]
        await first.until_call(call_id, status="talking")
        async with hall.agent("agent-2") as second:
            body = {"mode": "blind", "account_id": second.id}
            assert (await first.act(call_id, "transfer", body)).status_code == 200
            await first.until("wrap_up")
            await second.until_call(call_id, agent_id=second.id)
            assert (await caller.until("hold", 2))["on"] is False
            assert await caller.say("您好")


async def test_a_blind_transfer_that_fails_puts_the_caller_first_in_line(hall: Hall) -> None:
    async with hall.agent("agent-1") as first:
        caller = await hall.ask_for_a_person()
        call_id = (await first.next_event("call.offered"))["call"]["id"]
        await first.until_call(call_id, status="talking")
        async with hall.agent("agent-2", answers="busy") as second:
            body = {"mode": "blind", "account_id": second.id}
            await first.act(call_id, "transfer", body)
            await caller.until("enqueue", 2)
            assert "正在为您接通下一位话务员" in await caller.heard()
            await first.until_call(call_id, status="waiting")


async def test_an_agents_line_that_drops_is_replaced(hall: Hall) -> None:
    async with hall.agent("agent-1") as first:
        caller = await hall.ask_for_a_person()
        call_id = (await first.next_event("call.offered"))["call"]["id"]
        await first.until_call(call_id, status="talking")
        async with hall.agent("agent-2") as second:
            await (await first.phone()).hang_up()
            assert (await caller.until("hold"))["on"] is True
            await caller.until_heard("线路中断")
            assert (await caller.until("hold", 2))["on"] is False
            call = await second.until_call(call_id, agent_id=second.id, status="talking")
            assert call["id"] == call_id
            assert await first.presence() == "break"
            assert await caller.say("您好")
            assert "enqueue" not in (await caller.kinds())[-3:]


async def test_a_supervisor_listens_whispers_joins_in_and_takes_over(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        async with hall.agent("supervisor-city") as boss:
            await boss.be("break")
            for mode in ("listen", "whisper", "barge", "takeover"):
                answer = await boss.act(call_id, "monitor", {"mode": mode})
                assert answer.status_code == 200, answer.text
                await (await boss.phone()).until("join")
                await _until_heard_by(await boss.phone(), caller, mode)
            await agent.until("wrap_up")
            await boss.until_call(call_id, agent_id=boss.id)
            await boss.act(call_id, "hangup")
            await caller.until("gather", 2)
        refused = await agent.act(call_id, "monitor", {"mode": "listen"})
        assert refused.status_code == 403


async def _until_heard_by(boss: Line, caller: Line, mode: str) -> None:
    """Whether the caller hears the supervisor: not before joining in."""
    wanted = mode in ("barge", "takeover")

    async def is_so() -> bool:
        words = f"我是值班长{mode}"
        await boss.say(words)
        talk = await caller.client.get(f"/carrier/phone/calls/{caller.sid}/talk")
        return any(words in str(item) for item in talk.json()["items"]) is wanted

    await eventually(is_so, f"{mode} heard: {wanted}")


async def test_who_presses_1_keeps_the_place_and_is_called_back(hall: Hall) -> None:
    await hall.ring("+8613900001234", "answer")
    caller = await hall.ask_for_a_person()
    await caller.until_heard("给您回电")
    await caller.press("1")
    await caller.until("hangup")
    assert "轮到您时给您回电" in await caller.heard()
    async with hall.agent("agent-1") as agent:
        offer = await agent.next_event("call.offered")
        assert offer["call"]["direction"] == "outbound"
        assert offer["call"]["said"][-2]["text"] == "人工"
        resident = await hall.line_at("+8613900001234")
        await resident.until("join")
        assert "给您回电" in await resident.heard()
        await agent.until_call(offer["call"]["id"], status="talking")
        assert await resident.say("你好")


async def test_whoever_gives_up_waiting_is_not_lost(hall: Hall) -> None:
    caller = await hall.ask_for_a_person()
    supervisor = await hall.city.signed_in("supervisor-city")
    await caller.until("play", 2)
    await asyncio.sleep(5.5)
    await caller.hang_up()

    async def shown() -> bool:
        queues = (await supervisor.get("/api/v1/queues")).json()["items"]
        return any(line["abandoned"] == 1 for line in queues)

    await eventually(shown, "abandoned")
    (call,) = (await supervisor.get("/api/v1/calls?status=ended")).json()["items"]
    assert [one["text"] for one in call["said"] if one["speaker"] == "caller"] == ["人工"]


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


async def settled(hall: Hall) -> bool:
    """Nothing is left of any call: no live leg, no open place or offer, no reserved seat."""
    left = await hall.rows(
        "SELECT (SELECT count(*) FROM call_leg WHERE state <> 'ended')"
        " + (SELECT count(*) FROM queue_entry WHERE ended_at IS NULL)"
        " + (SELECT count(*) FROM offer WHERE state = 'ringing')"
        " + (SELECT count(*) FROM seat WHERE leg_id IS NOT NULL)"
        " + (SELECT count(*) FROM call WHERE status <> 'ended')"
    )
    return bool(left[0][0] == 0)


async def end_state(hall: Hall) -> list[Any]:
    """What remains of the calls, without ids and moments."""
    return await hall.rows(
        "SELECT c.status, c.outcome, r.level, e.end_reason,"
        " (SELECT string_agg(o.state, ',' ORDER BY o.id) FROM offer o WHERE o.call_id = c.id),"
        " (SELECT string_agg(l.role || ':' || l.state, ',' ORDER BY l.id) FROM call_leg l"
        "  WHERE l.call_id = c.id)"
        " FROM call c LEFT JOIN rating r ON r.call_id = c.id"
        " LEFT JOIN queue_entry e ON e.call_id = c.id ORDER BY c.started_at"
    )


async def test_doubled_late_and_reordered_news_end_in_the_same_state(hall: Hall) -> None:
    await hall.faults(
        duplicate_rate=0.2, delay_rate=0.2, reorder_rate=0.2, delay_seconds=1.0
    )  # fmt: skip
    async with hall.agent("agent-1") as agent:
        for number in range(1, 6):
            await serve_one(hall, agent, number)
            await agent.be("ready")
        await eventually(lambda: settled(hall), "settled")
        whole = ("ended", "resolved", 4, "talked", "joined", "agent:ended,caller:ended")
        assert [tuple(row) for row in await end_state(hall)] == [whole] * 5
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
        await eventually(lambda: settled(hall), "settled")


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
