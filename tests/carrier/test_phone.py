"""The control API: who may use it, what it refuses, what it tells."""

from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

import httpx2
import pytest
from fastapi import FastAPI

from hotline.carrier import Carrier, CarrierSettings
from hotline.telephony.webhook import MOST_BYTES
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT, TOKEN, mount, reach
from tests.carrier.memory_store import MemoryStore
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

ELSEWHERE = "203.0.113.9"


@pytest.fixture
async def app(settings: CarrierSettings, application: Application) -> AsyncIterator[FastAPI]:
    """A carrier whose visitors from elsewhere name their account in a header."""
    carrier = Carrier(settings, may_use_phone=lambda request: request.headers.get("x-account"))
    await carrier.start(client=application.client(), store=MemoryStore())
    yield mount(carrier)
    await carrier.stop()


async def place(client: httpx2.AsyncClient, account: str) -> str:
    reply = await client.post("/carrier/phone/calls", json={}, headers={"x-account": account})
    sid: str = reply.json()["call_sid"]
    return sid


async def test_a_call_from_anybody_to_the_first_number_by_default(
    phone: Phone, application: Application
) -> None:
    await (await phone.dial()).over()
    assert application.at("/voice")[0]["To"] == "+86473114"
    assert application.at("/voice")[0]["From"].startswith("+86")


async def test_callers_may_hide_their_number(phone: Phone, application: Application) -> None:
    await (await phone.dial(**{"from": "anonymous"})).over()
    assert application.at("/voice")[0]["From"] == "anonymous"


@pytest.mark.parametrize("to", ["+86473114", "86473114", "+86 473-114"])
async def test_numbers_are_matched_by_their_digits(
    phone: Phone, application: Application, to: str
) -> None:
    await (await phone.dial(to=to)).over()
    assert application.at("/voice")[0]["To"] == "+86473114"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("calls", {"to": "+999"}),
        ("calls", {"colour": "red"}),
        ("calls", {"to": 7}),
        ("ring", {"address": "110", "answer": "maybe"}),
        ("ring", {"address": "110"}),
        ("faults", {"drop_rate": 2}),
    ],
)
async def test_what_makes_no_sense_is_422(
    client: httpx2.AsyncClient, path: str, body: dict[str, object]
) -> None:
    assert (await client.post(f"/carrier/phone/{path}", json=body)).status_code == 422


@pytest.mark.parametrize(
    ("deed", "body"),
    [("say", {}), ("say", {"text": ""}), ("say", {"text": "x", "confidence": 2}),
     ("press", {"digits": "A"}), ("press", {})],
)  # fmt: skip
async def test_speech_and_keys_must_be_such(
    phone: Phone, application: Application, deed: str, body: dict[str, object]
) -> None:
    application.on("/voice", twiml('<Gather timeout="60"/>'))
    line = await phone.dial()
    reply = await phone.client.post(f"/carrier/phone/calls/{line.sid}/{deed}", json=body)
    assert reply.status_code == 422


@pytest.mark.parametrize("character", ["好", "😀"])
async def test_five_thousand_characters_are_heard_and_sent(
    phone: Phone, application: Application, character: str
) -> None:
    application.on("/voice", twiml('<Gather input="speech" speechTimeout="auto" action="/turn"/>'))
    line = await phone.dial()
    await line.wait_for("gather")
    assert await line.say(character * 5000)
    turn = await application.wait_for("/turn")
    assert turn["SpeechResult"] == character * 5000
    assert len(urlencode(turn.fields)) < MOST_BYTES


async def test_a_call_that_is_not_known_is_404(client: httpx2.AsyncClient) -> None:
    for deed in ("say", "press", "hangup"):
        body = {"say": {"text": "x"}, "press": {"digits": "1"}, "hangup": {}}[deed]
        reply = await client.post(f"/carrier/phone/calls/CA1/{deed}", json=body)
        assert reply.status_code == 404
    assert (await client.get("/carrier/phone/calls/CA1/acts")).status_code == 404


async def test_acts_are_read_from_where_one_stopped(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Say>一</Say><Say>二</Say>"))
    line = await phone.dial()
    acts = await line.over()
    assert [item["seq"] for item in acts] == [1, 2, 3]
    assert await line.acts(after=1) == acts[1:]
    assert await line.acts(after=9) == []
    assert sorted(item["at"] for item in acts) == [item["at"] for item in acts]
    assert set(acts[0]) == {"seq", "at", "act", "detail"}


async def test_all_legs_share_one_clock(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Say>一</Say>"))
    first = await (await phone.dial()).over()
    second = await (await phone.dial()).over()
    assert second[0]["at"] > first[-1]["at"]


async def test_elsewhere_it_takes_an_account(app: FastAPI) -> None:
    async with reach(app, ELSEWHERE) as client:
        reply = await client.post("/carrier/phone/calls", json={})
        assert reply.status_code == 401
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["code"] == "unauthenticated"
        assert set(reply.json()) == {"code", "detail", "params", "request_id"}
        assert (await client.post("/carrier/phone/ring", json={})).status_code == 401


async def test_an_account_sees_only_its_own_calls(app: FastAPI) -> None:
    async with reach(app, ELSEWHERE) as client:
        own = await place(client, "agent-1")
        headers = {"x-account": "agent-1"}
        path = f"/carrier/phone/calls/{own}/acts"
        assert (await client.get(path, headers=headers)).status_code == 200
        assert (await client.get(path, headers={"x-account": "agent-2"})).status_code == 404
        reply = await client.post("/carrier/phone/faults", json={}, headers=headers)
        assert reply.status_code == 403
    async with reach(app) as local:
        assert (await local.get(path)).status_code == 200


async def test_an_account_sees_calls_to_the_client_of_its_name(app: FastAPI) -> None:
    async with reach(app) as local:
        rest = Rest(local, ACCOUNT, TOKEN)
        made = await rest.create(
            "Calls.json", To="client:agent-1", From="+86473114", Url="http://app.test/agent"
        )
    async with reach(app, ELSEWHERE) as client:
        path = f"/carrier/phone/calls/{made['sid']}/acts"
        seen = [
            (await client.get(path, headers={"x-account": name})).status_code
            for name in ("agent-1", "agent-2")
        ]
    assert seen == [200, 404]


async def test_a_proxy_on_this_machine_is_not_this_machine(app: FastAPI) -> None:
    async with reach(app) as client:
        for name in ("x-forwarded-for", "forwarded", "x-real-ip"):
            reply = await client.post(
                "/carrier/phone/calls", json={}, headers={name: f"for={ELSEWHERE}"}
            )
            assert reply.status_code == 401


async def test_a_foreign_name_for_loopback_is_not_this_machine(app: FastAPI) -> None:
    async with reach(app) as client:
        for host, status in (
            ("evil.test", 401),
            ("localhost:8114", 200),
            ("127.0.0.1:8114", 200),
            ("[::1]:8114", 200),
        ):
            reply = await client.post("/carrier/phone/calls", json={}, headers={"host": host})
            assert reply.status_code == status, host


async def test_a_page_of_another_site_may_not_use_the_phone(app: FastAPI) -> None:
    async with reach(app) as client:
        for origin, status in (
            ("http://evil.test", 403),
            ("null", 403),
            ("http://carrier.test", 200),
        ):
            reply = await client.post("/carrier/phone/calls", headers={"origin": origin})
            assert reply.status_code == status, origin


async def test_the_phone_may_be_off(settings: CarrierSettings, application: Application) -> None:
    carrier = Carrier(replace(settings, is_phone_on=False))
    await carrier.start(client=application.client(), store=MemoryStore())
    async with reach(mount(carrier)) as client:
        assert (await client.post("/carrier/phone/calls", json={})).status_code == 404
        assert (await client.post("/carrier/phone/ring", json={})).status_code == 404
    await carrier.stop()


async def test_the_carrier_must_be_started(settings: CarrierSettings) -> None:
    with pytest.raises(RuntimeError):
        Carrier(settings).exchange  # noqa: B018


async def test_stopping_ends_live_calls_and_tells(
    settings: CarrierSettings, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="600"/>'))
    carrier = Carrier(settings)
    await carrier.start(client=application.client(), store=MemoryStore())
    async with reach(mount(carrier)) as client:
        line = await Phone(client, carrier).dial()
        await line.wait_for("gather")
    leg = carrier.exchange.legs[line.sid]
    await carrier.stop()
    assert application.at("/status")[0]["CallStatus"] == "completed"
    assert leg.transcript.after(1)[0].detail == {"by": "host"}
