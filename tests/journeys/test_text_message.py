"""A resident writes to the hotline's number."""

import asyncio

from tests.city import City


async def test_a_message_is_stored_once_and_shown_masked(city: City) -> None:
    phone = city.phone()
    fields = {"MessageSid": "SM1", "Body": "我电话13812345678，路灯坏了", "NumMedia": "0"}
    for _ in range(3):
        answer = await phone.send(phone.provider.url("sms"), fields)
        assert answer.status_code == 200
        assert "<Response" in answer.text
    await asyncio.sleep(0.2)
    agent = await city.signed_in("agent-1")
    events = (await agent.get("/api/v1/events?limit=200")).json()["items"]
    received = [event["payload"] for event in events if event["name"] == "message.received"]
    assert [message["body"] for message in received] == ["我电话138****5678，路灯坏了"]
    assert received[0]["from_masked"] == "139****1234"


async def test_an_unsigned_message_is_refused(city: City) -> None:
    phone = city.phone()
    answer = await phone.send(phone.provider.url("sms"), {"MessageSid": "SM2"}, signature="x")
    assert answer.status_code == 403


async def test_the_receipt_of_a_ticket_goes_out_and_its_delivery_is_reported(city: City) -> None:
    """Through the embedded network and back by its signed report."""
    agent = await city.signed_in("agent-1")
    body = {
        "kind": "help", "title": "路灯坏了", "description": "路灯坏了", "urgency": "urgent",
        "caller_number": "13812345678",
    }  # fmt: skip
    ticket = (await agent.post("/api/v1/tickets", json=body)).json()
    states: list[str] = []
    for _ in range(100):
        listed = await agent.get(f"/api/v1/tickets/{ticket['id']}/messages")
        (message,) = listed.json()["items"]
        states.append(message["state"])
        if states[-1] == "delivered":
            break
        await asyncio.sleep(0.1)
    assert states[-1] == "delivered"
    assert message["to_masked"] == "138****5678"
    assert message["template"] == "sms_ticket_received"


async def test_the_whole_answer_is_texted_to_whoever_presses_3_or_by_the_agent(city: City) -> None:
    phone = await city.phone().dial()
    await phone.say("居民身份证丢了怎么补")
    assert "要短信请按三" in phone.now_hears
    await phone.press("3")
    assert "已经发到您的手机" in phone.now_hears
    agent, other = await city.signed_in("agent-1"), await city.signed_in("editor-1")
    (call,) = (await agent.get("/api/v1/calls")).json()["items"]
    path, body = f"/api/v1/calls/{call['id']}/answer-text", {"entry_id": "svc-id-lost"}
    answer = await agent.post(path, json=body)
    assert answer.status_code == 202
    sent = answer.json()
    assert (sent["template"], sent["to_masked"]) == ("sms_answer", "139****1234")
    assert (await other.post(path, json=body)).status_code == 403
    assert (await agent.post(path, json={"entry_id": "svc-none"})).status_code == 404
    states: list[str] = []
    for _ in range(200):
        events = (await agent.get("/api/v1/events?limit=200")).json()["items"]
        states = [one["payload"]["state"] for one in events if one["name"] == "message.updated"]
        if states.count("delivered") == 2:
            break
        await asyncio.sleep(0.1)
    assert states.count("delivered") == 2
