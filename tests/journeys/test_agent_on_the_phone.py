"""A caller asks for a person, and everything until the agent is free again: on the real carrier."""

import asyncio

from sqlalchemy import text

from tests.queueing.hall import Hall, eventually


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
    async with (
        hall.agent("agent-1", answers="no-answer") as first,
        hall.agent("agent-2", state="break") as second,
    ):
        caller = await hall.ask_for_a_person()
        offer = await first.next_event("call.offered")
        assert (await first.act(offer["call"]["id"], "decline")).status_code == 200
        await second.be("ready")
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
        return any(line["abandoned"] > 0 for line in queues)

    await eventually(shown, "abandoned")
    call = (await supervisor.get("/api/v1/calls?status=ended")).json()["items"][0]
    assert [one["text"] for one in call["said"] if one["speaker"] == "caller"] == ["人工"]


async def test_an_agent_calls_a_resident_back(hall: Hall) -> None:
    await hall.ring("+8613900007777", "answer")
    caller = await hall.ask_for_a_person("+8613900007777")
    await caller.hang_up()
    async with hall.agent("agent-1") as agent:
        before = (await agent.client.get("/api/v1/calls?status=ended")).json()["items"][0]
        placed = await agent.client.post("/api/v1/calls", json={"call_id": before["id"]})
        assert placed.status_code == 201, placed.text
        offers = (await agent.client.get("/api/v1/me/offers")).json()["items"]
        assert [offer["call"]["id"] for offer in offers] == [placed.json()["id"]]
        resident = await hall.line_at("+8613900007777")
        await resident.until("join")
        call = await agent.until_call(placed.json()["id"], status="talking")
        assert (call["direction"], call["from_masked"]) == ("outbound", "139****7777")
        assert await resident.say("你好")


async def test_a_resident_who_does_not_answer_frees_the_agent_at_once(hall: Hall) -> None:
    await hall.ring("+8613900008888", "busy")
    caller = await hall.ask_for_a_person("+8613900008888")
    await caller.hang_up()
    async with hall.agent("agent-1") as agent:
        before = (await agent.client.get("/api/v1/calls?status=ended")).json()["items"][0]
        placed = await agent.client.post("/api/v1/calls", json={"call_id": before["id"]})
        await agent.until_call(placed.json()["id"], status="ended")
        await agent.until("ready")


async def test_only_residents_with_a_reason_are_called(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        neither = await agent.client.post("/api/v1/calls", json={})
        assert neither.status_code == 422
        await hall.dial("anonymous")

        async def hidden() -> str | None:
            live = (await agent.client.get("/api/v1/calls?status=live")).json()["items"]
            found = [call["id"] for call in live if call["from_masked"] == "号码未显示"]
            return found[0] if found else None

        call_id = await eventually(hidden, "hidden call")
        refused = await agent.client.post("/api/v1/calls", json={"call_id": call_id})
        assert (refused.status_code, refused.json()["code"]) == (422, "no_reason_to_call")


async def test_the_server_ends_the_wrap_up(hall: Hall) -> None:
    async with hall.database.transaction() as session:
        await session.execute(text("UPDATE queue SET wrap_up_seconds = 2"))
    try:
        async with hall.agent("agent-1") as agent:
            await hall.ask_for_a_person()
            call_id = (await agent.next_event("call.offered"))["call"]["id"]
            await agent.until_call(call_id, status="talking")
            await agent.be("break")
            assert await agent.presence() == "talking"
            await agent.act(call_id, "hangup")
            assert await agent.presence() == "wrap_up"
            await agent.until("break")
    finally:
        async with hall.database.transaction() as session:
            await session.execute(text("UPDATE queue SET wrap_up_seconds = 30"))
