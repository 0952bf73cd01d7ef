"""What a carrier leaves behind is taken over by the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2
import pytest

from hotline.carrier import Carrier, CarrierSettings
from hotline.carrier.seal import Seal, Unreadable
from hotline.db import Database
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT, TOKEN, mount, reach
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest


@asynccontextmanager
async def running(
    settings: CarrierSettings, database: Database, client: httpx2.AsyncClient
) -> AsyncIterator[Phone]:
    """A carrier on the real store, from its start to its orderly stop."""
    carrier = Carrier(settings)
    await carrier.start(database, client=client)
    async with reach(mount(carrier)) as reached:
        yield Phone(reached, carrier)
    await carrier.stop()


async def crash(carrier: Carrier, database: Database) -> None:
    """The process is gone: nothing is ended, nothing more is sent or written."""
    await asyncio.sleep(0.2)
    for leg in carrier.exchange.legs.values():
        leg.subscription = None
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith("carrier-")]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    connection = await database.connect()
    await connection.execute("SET ROLE NONE")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await connection.close()


async def test_a_restart_ends_live_calls_and_tells(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="600"/>'))
    first = Carrier(settings)
    await first.start(database, client=application.client())
    async with reach(mount(first)) as client:
        line = await Phone(client, first).dial()
        await line.wait_for("gather")
        await Phone(client, first).ring("client:a17", "answer")
    await crash(first, database)
    assert not application.at("/status")

    async with running(settings, database, application.client()) as phone:
        told = await application.wait_for("/status")
        acts = await phone.line(line.sid).acts()
        exchange = phone.carrier.exchange
        assert exchange.rings.of("client:a17") == "answer"
        assert [n.phone_number for n in exchange.numbers.by_sid.values()] == ["+86473114"]
    assert (told["CallStatus"], told["CallSid"]) == ("completed", line.sid)
    assert [item["act"] for item in acts] == ["gather", "hangup"]
    assert acts[-1]["detail"] == {"by": "host"}
    assert acts[-1]["at"] >= acts[-2]["at"]


async def test_what_nobody_took_at_the_end_is_delivered_by_the_next_run(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    down = httpx2.AsyncClient(transport=httpx2.MockTransport(_refuse))
    async with running(settings, database, down) as phone:
        await phone.dial()
    async with running(settings, database, application.client()):
        told = await application.wait_for("/status")
    assert told["CallStatus"] in ("completed", "no-answer")


async def test_an_application_that_is_not_up_yet_is_waited_for(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    up = httpx2.ASGITransport(app=application)
    tries = iter(range(100))

    async def sometimes(request: httpx2.Request) -> httpx2.Response:
        if next(tries) < 4:
            raise httpx2.ConnectError("not yet")
        return await up.handle_async_request(request)

    settings = replace(settings, numbers=(replace(settings.numbers[0], voice_url=None),))
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(sometimes))
    async with running(settings, database, client) as phone:
        await phone.dial()
        assert (await application.wait_for("/status"))["CallStatus"] == "failed"


async def test_resources_survive_and_words_are_not_readable(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    application.on("/voice", twiml("<Say>您的地址是滨河街道</Say>"))
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        queue = await rest.create("Queues.json", FriendlyName="support")
        line = await phone.dial(**{"from": "+8615148300001"})
        acts = await line.over()
    rows = await database.raw.fetch("SELECT sealed FROM carrier.resource")
    rows += await database.raw.fetch("SELECT sealed FROM carrier.act")
    assert len(rows) >= 5
    for row in rows:
        assert b"15148300001" not in row["sealed"]
        assert "滨河".encode() not in row["sealed"]
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert (await rest.get(f"Queues/{queue['sid']}.json"))["friendly_name"] == "support"
        call = await rest.get(f"Calls/{line.sid}.json")
        assert (call["status"], call["from"]) == ("completed", "+8615148300001")
        assert await phone.line(line.sid).acts() == acts
        await rest.delete(f"Queues/{queue['sid']}.json")
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert (await rest.get("Queues.json"))["queues"] == []


async def test_changes_of_a_number_last_until_its_configuration_changes(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        number = (await rest.get("IncomingPhoneNumbers.json"))["incoming_phone_numbers"][0]
        path = f"IncomingPhoneNumbers/{number['sid']}.json"
        await rest.update(path, VoiceUrl="http://app.test/other")
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert (await rest.get(path))["voice_url"] == "http://app.test/other"
    moved = replace(
        settings, numbers=(replace(settings.numbers[0], voice_url="http://moved.test/voice"),)
    )
    async with running(moved, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert (await rest.get(path))["voice_url"] == "http://moved.test/voice"


async def test_a_second_carrier_of_a_database_stands_by(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="600"/>'))
    second = Carrier(settings)
    async with running(settings, database, application.client()) as phone:
        line = await phone.dial()
        await line.wait_for("gather")
        await second.start(database, client=application.client())
        async with reach(mount(second)) as reached:
            assert (await reached.post("/carrier/phone/calls", json={})).status_code == 503
        assert await line.kinds() == ["gather"]
    async with reach(mount(second)) as reached:
        for _ in range(100):
            reply = await reached.post("/carrier/phone/calls", json={})
            if reply.status_code == 200:
                break
            await asyncio.sleep(0.05)
    assert reply.status_code == 200
    await second.stop()


def test_a_sealed_row_opens_in_its_own_place_and_under_its_own_token_only() -> None:
    seal = Seal("one token")
    sealed = seal.close({"from": "+86"}, "call/CA1")
    assert seal.open(sealed, "call/CA1") == {"from": "+86"}
    assert sealed != seal.close({"from": "+86"}, "call/CA1")
    for other, place in ((seal, "call/CA2"), (Seal("another"), "call/CA1")):
        with pytest.raises(Unreadable):
            other.open(sealed, place)


async def _refuse(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("down")
