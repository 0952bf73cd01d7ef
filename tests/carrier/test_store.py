"""What a carrier leaves behind is taken over by the next one."""

import asyncio

from hotline.carrier import Carrier, CarrierSettings
from hotline.db import Database
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import mount, reach
from tests.carrier.phone import Phone


async def test_a_restart_ends_live_calls_and_delivers_what_is_owed(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="600"/>'))
    first = Carrier(settings)
    await first.start(database, client=application.client())
    async with reach(mount(first)) as client:
        line = await Phone(client, first).dial()
        await line.wait_for("gather")
        await client.post("/carrier/phone/ring", json={"address": "client:a17", "answer": "answer"})
    await _crash(first)
    assert not application.at("/status")

    second = Carrier(settings)
    await second.start(database, client=application.client())
    async with reach(mount(second)) as client:
        told = await application.wait_for("/status")
        acts = await Phone(client, second).line(line.sid).acts()
    assert told["CallStatus"] == "completed"
    assert told["CallSid"] == line.sid
    assert [item["act"] for item in acts] == ["gather", "hangup"]
    assert acts[-1]["detail"] == {"by": "host"}
    assert second.exchange.rings.of("client:a17") == "answer"
    assert [n.phone_number for n in second.exchange.numbers.by_sid.values()] == ["+86473114"]
    await second.stop()


async def _crash(carrier: Carrier) -> None:
    """The process is gone: nothing is ended and nothing more is sent."""
    await asyncio.sleep(0.15)
    for leg in carrier.exchange.legs.values():
        leg.subscription = None
    tasks = [t for t in asyncio.all_tasks() if t.get_name().startswith("carrier-")]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
