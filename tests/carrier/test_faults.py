"""Fault switches, one by one."""

from typing import Any

from hotline.carrier.faults import Faults
from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest


async def set_faults(phone: Phone, **switches: Any) -> dict[str, Any]:
    reply = await phone.client.post("/carrier/phone/faults", json=switches)
    assert reply.status_code == 200, reply.text
    state: dict[str, Any] = reply.json()
    return state


async def finished_call(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Hangup/>"))
    await (await phone.dial()).over()
    await phone.carrier.exchange.tasks.finish(within=2)


async def test_callbacks_can_be_dropped(phone: Phone, application: Application) -> None:
    await set_faults(phone, drop_rate=1)
    await finished_call(phone, application)
    assert application.at("/status") == []


async def test_callbacks_can_be_doubled(phone: Phone, application: Application) -> None:
    await set_faults(phone, duplicate_rate=1)
    await finished_call(phone, application)
    first, second = application.at("/status")
    assert first.fields == second.fields
    name = "i-twilio-idempotency-token"
    assert first.headers[name] == second.headers[name]


async def test_callbacks_can_be_late(phone: Phone, application: Application) -> None:
    await set_faults(phone, delay_rate=1, delay_seconds=0.15)
    application.on("/voice", twiml("<Hangup/>"))
    await (await phone.dial()).over()
    assert application.at("/status") == []
    assert (await application.wait_for("/status"))["CallStatus"] == "completed"


async def test_the_rest_api_can_be_down(phone: Phone, rest: Rest) -> None:
    await set_faults(phone, failing_rest_calls=1)
    assert await rest.refused("GET", "Calls.json") == (500, 20500)
    assert (await rest.get("Calls.json"))["calls"] == []


async def test_a_line_can_stay_silent_whatever_was_planned(
    phone: Phone, application: Application
) -> None:
    await phone.ring("client:a17", "answer")
    await set_faults(phone, silent_addresses=["client:a17"])
    application.on("/voice", twiml('<Dial timeout="3" action="/after"><Client>a17</Client></Dial>'))
    await (await phone.dial()).over()
    assert application.at("/after")[0]["DialCallStatus"] == "no-answer"


async def test_webhooks_can_be_slow(phone: Phone, application: Application) -> None:
    await set_faults(phone, slow_webhook_seconds=0.1)
    clock = phone.carrier.exchange.clock
    began = clock.now()
    await finished_call(phone, application)
    assert (clock.now() - began) / clock.speed >= 0.1


async def test_switches_stay_as_they_are_until_named(phone: Phone) -> None:
    await set_faults(phone, drop_rate=0.5, silent_addresses=["+86 110"])
    state = await set_faults(phone, delay_rate=0.1)
    assert (state["drop_rate"], state["delay_rate"]) == (0.5, 0.1)
    assert state["silent_addresses"] == ["86110"]


def test_reordering_delays_some_and_not_others() -> None:
    faults = Faults(reorder_rate=0.5, delay_seconds=1.0)
    delays = [delay for _ in range(100) for delay in faults.callback_delays()]
    assert len(delays) == 100
    assert 20 < sum(1 for delay in delays if delay > 0) < 80
    assert max(delays) <= 1.0


def test_the_dice_fall_the_same_way_every_time() -> None:
    runs = [[Faults(drop_rate=0.3).callback_delays() for _ in range(1)] for _ in range(2)]
    assert runs[0] == runs[1]
