"""Hold, consult, transfer, join in: what agents and supervisors do during a talk."""

import pytest
from sqlalchemy import text

from hotline.queueing.work import GIVE_UP_RECOVERY
from tests.queueing.hall import Hall, Line, eventually


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
            await caller.until_back_in_line()
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
            refused = await boss.act(call_id, "monitor", {"mode": "listen", "reason": " "})
            assert refused.status_code == 422
            for mode in ("listen", "whisper", "barge", "takeover"):
                asked = {"mode": mode, "reason": "抽查服务质量" if mode == "listen" else ""}
                answer = await boss.act(call_id, "monitor", asked)
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


async def test_a_dropped_line_that_nobody_replaces_puts_the_caller_first_in_line(
    hall: Hall,
) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        await (await agent.phone()).hang_up()
        await agent.until("break")
        assert (await caller.until("hold"))["on"] is True
        async with hall.database.transaction() as session:
            due = text("UPDATE job SET run_at = now() WHERE kind = :kind AND done_at IS NULL")
            await session.execute(due, {"kind": GIVE_UP_RECOVERY})
        await caller.until_back_in_line()
        await agent.until_call(call_id, status="waiting")
        await agent.be("ready")
        await caller.until("join", 2)
        await agent.until_call(call_id, status="talking")


async def test_the_same_agents_next_telephone_rings_first(hall: Hall) -> None:
    await hall.ring("+864732057114", "answer")
    boss = await hall.city.signed_in("supervisor-city")
    async with hall.agent("agent-1") as agent:
        phones = {
            "addresses": ["client:agent-1", "+864732057114"],
            "password": hall.city.password_of("supervisor-city"),
        }
        await boss.put(f"/api/v1/agents/{agent.id}/addresses", json=phones)
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        await (await agent.phone()).hang_up()
        desk_phone = await hall.line_at("+864732057114")
        await desk_phone.until("join")
        assert (await caller.until("hold", 2))["on"] is False
        assert await agent.presence() == "talking"
        assert await desk_phone.say("您好")
        phones["addresses"] = ["client:agent-1"]
        await boss.put(f"/api/v1/agents/{agent.id}/addresses", json=phones)


async def test_only_who_is_on_the_call_may_lead_it(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent, hall.agent("agent-2", state="break") as other:
        await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        for act, body in (
            ("hold", None), ("resume", None), ("hangup", None), ("mute", {"on": True}),
            ("merge", None), ("consult", {"number": "110"}), ("wrap-up", {"outcome": "resolved"}),
        ):  # fmt: skip
            refused = await other.act(call_id, act, body)
            assert (refused.status_code, refused.json()["code"]) == (409, "not_on_call"), act
        early = await agent.act(call_id, "wrap-up", {"outcome": "resolved"})
        assert (early.status_code, early.json()["code"]) == (409, "not_in_wrap_up")


async def test_a_unit_of_the_directory_joins_for_three(hall: Hall) -> None:
    async with hall.agent("agent-1") as agent:
        caller = await hall.ask_for_a_person()
        call_id = (await agent.next_event("call.offered"))["call"]["id"]
        await agent.until_call(call_id, status="talking")
        listed = await agent.client.get("/api/v1/organizations?q=房产")
        unit = next(one for one in listed.json()["items"] if one["phone"])
        number = "".join(filter(str.isdigit, unit["phone"]))
        await hall.ring(number, "answer")
        asked = await agent.act(call_id, "consult", {"organization_id": unit["id"]})
        assert asked.status_code == 200, asked.text
        office = await hall.line_at(number)
        await office.until("join")
        await agent.next_event("call.changed")
        assert (await agent.act(call_id, "merge")).status_code == 200
        await caller.until("hold", 2)
        merged = await agent.next_event("call.merged")
        assert [party["name"] for party in merged["parties"]][-1] == unit["short_name"]
        assert await office.say("请讲")
        nobody = await agent.act(call_id, "consult", {})
        assert nobody.status_code == 422


async def test_a_call_goes_back_to_the_line_of_another_language(hall: Hall) -> None:
    boss = await hall.city.signed_in("supervisor-city")
    async with hall.agent("agent-1") as first, hall.agent("agent-2", state="break") as second:
        skills = {"skills": ["mandarin", "mongolian"]}
        await boss.put(f"/api/v1/agents/{second.id}/skills", json=skills)
        caller = await hall.ask_for_a_person()
        call_id = (await first.next_event("call.offered"))["call"]["id"]
        await first.until_call(call_id, status="talking")
        asked = f"SELECT skill FROM queue_entry WHERE call_id = '{call_id}'"
        assert await hall.rows(asked) == [("mandarin",)]
        body = {"mode": "blind", "to_queue": True, "skill": "mongolian"}
        assert (await first.act(call_id, "transfer", body)).status_code == 200
        await caller.until_back_in_line()
        assert await hall.rows(asked) == [("mongolian",)]
        await first.act(call_id, "wrap-up", {"outcome": "transferred"})
        await second.be("ready")
        await second.until_call(call_id, agent_id=second.id, status="talking")
        await boss.put(f"/api/v1/agents/{second.id}/skills", json={"skills": ["mandarin"]})
