"""A caller speaks and the ticket appears on a console while the caller is on the line."""

import asyncio
import json
from typing import Any

from tests.city import City


async def next_event(console: Any, name: str) -> dict[str, Any]:
    """The next event of that name, within the second that is promised."""
    async with asyncio.timeout(1.5):
        while True:
            frame = json.loads(await console.recv())
            if frame.get("name") == name:
                payload: dict[str, Any] = frame["payload"]
                return payload


async def test_cold_radiators_become_a_ticket_of_the_district_on_a_console(city: City) -> None:
    agent = await city.signed_in("agent-1")
    async with city.console(agent) as console:
        assert json.loads(await console.recv())["type"] == "ready"
        phone = await city.phone().dial()
        assert "请讲" in phone.now_hears
        started = await next_event(console, "call.started")
        await phone.say("我家暖气不热，我在滨河街道")
        ticket = await next_event(console, "ticket.opened")
        call = await next_event(console, "call.turned")
    assert ticket["district"] == "海勃湾区"
    assert ticket["entry_id"] == "svc-heat-repair-hbw"
    assert ticket["description"] == "我家暖气不热，我在滨河街道"
    assert ticket["caller_masked"] == "139****1234"
    assert started["id"] == ticket["call_id"] == call["id"]
    assert call["candidates"][0]["entry_id"] == "svc-heat-repair-hbw"
    assert ticket["number"][-4:].translate(str.maketrans("0123456789", "零幺二三四五六七八九")) in (
        phone.now_hears
    )
    fetched = (await agent.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert {name: fetched[name] for name in ticket} == ticket


async def test_asking_for_a_person_reaches_the_queue(city: City) -> None:
    agent = await city.signed_in("agent-1")
    phone = await (await city.phone().dial()).say("人工")
    assert phone.verb("Enqueue") is not None
    (call,) = (await agent.get("/api/v1/calls?status=live")).json()["items"]
    assert call["status"] == "waiting"
    assert [said["text"] for said in call["said"] if said["speaker"] == "caller"] == ["人工"]


async def test_a_fire_gets_119_first(city: City) -> None:
    agent = await city.signed_in("supervisor-city")
    phone = await (await city.phone().dial()).say("着火了")
    dial = phone.verb("Dial")
    assert dial is not None
    assert [number.text for number in dial] == ["119"]
    assert dial.attrib["callerId"] == "+8613900001234"
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    assert ticket["urgency"] == "emergency"


async def test_the_same_webhook_twice_gets_one_answer_and_one_ticket(city: City) -> None:
    agent = await city.signed_in("agent-1")
    phone = await (await city.phone().dial()).say("乌达区路灯坏了")
    first = (await agent.get("/api/v1/tickets")).json()["items"]
    again = await phone.repeat_last()
    assert phone.now_hears[:10] in again
    assert (await agent.get("/api/v1/tickets")).json()["items"] == first
    assert len(first) == 1


async def test_forged_webhooks_leave_no_row(city: City) -> None:
    phone = city.phone()
    phone.sid = "CAforged"
    url = phone.provider.url("voice")
    for signature in ("", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="):
        answer = await phone.send(url, {}, signature=signature)
        assert answer.status_code == 403
    agent = await city.signed_in("agent-1")
    assert (await agent.get("/api/v1/calls")).json()["items"] == []


async def test_an_unknown_number_is_told_so_and_raises_an_alarm(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    phone = await city.phone().dial("+8647399999")
    assert phone.verb("Hangup") is not None
    assert "没有开通" in phone.now_hears
    await asyncio.sleep(0.1)
    names = [e["name"] for e in (await supervisor.get("/api/v1/events?limit=200")).json()["items"]]
    assert "alarm.raised" in names


async def test_another_district_sees_neither_call_nor_ticket(city: City) -> None:
    await (await city.phone().dial()).say("我家暖气不热，我在滨河街道")
    near = await city.signed_in("supervisor-haibowan")
    far = await city.signed_in("supervisor-wuda")
    (ticket,) = (await near.get("/api/v1/tickets")).json()["items"]
    (call,) = (await near.get("/api/v1/calls")).json()["items"]
    for path in ("/api/v1/tickets", "/api/v1/calls"):
        assert (await far.get(path)).json()["items"] == []
    assert (await far.get(f"/api/v1/tickets/{ticket['id']}")).status_code == 404
    assert (await far.get(f"/api/v1/calls/{call['id']}")).status_code == 404
    events = (await far.get("/api/v1/events?limit=200")).json()["items"]
    assert [event["name"] for event in events if event["name"] != "directory.published"] == []


async def test_a_console_that_was_cut_catches_up_without_a_gap(city: City) -> None:
    agent = await city.signed_in("agent-1")
    async with city.console(agent) as console:
        ready = json.loads(await console.recv())
    await (await city.phone().dial()).say("乌达区路灯坏了")
    await asyncio.sleep(0.2)
    resume = {"type": "resume", "after": ready["position"], "epoch": ready["epoch"]}
    async with city.console(agent, **resume) as console:
        assert json.loads(await console.recv())["recovered"] is True
        cursor, names = ready["position"], []
        while "ticket.opened" not in names or "call.turned" not in names[1:]:
            frame = json.loads(await asyncio.wait_for(console.recv(), 2))
            if frame["type"] == "event":
                assert frame["previous"] == cursor
                cursor = frame["seq"]
                names.append(frame["name"])
    assert names[0] == "call.started"


async def test_a_foreign_page_gets_no_socket(city: City) -> None:
    agent = await city.signed_in("agent-1")
    answer = await agent.get(
        "/api/v1/socket",
        headers={
            "connection": "Upgrade", "upgrade": "websocket", "origin": "http://evil.example",
            "sec-websocket-version": "13", "sec-websocket-key": "x" * 22 + "==",
        },
    )  # fmt: skip
    assert answer.status_code == 403


async def test_a_flood_of_words_is_a_turn_like_any_other(city: City) -> None:
    agent = await city.signed_in("agent-1")
    said = ("我家暖气不热，我在滨河街道，" * 400)[:5000]
    phone = await (await city.phone().dial()).say(said)
    assert phone.now_hears
    (call,) = (await agent.get("/api/v1/calls?status=live")).json()["items"]
    assert call["candidates"][0]["entry_id"] == "svc-heat-repair-hbw"
