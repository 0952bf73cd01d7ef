"""The REST side of the telephone host: addresses, errors, the breaker, the pace."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx2
import pytest

from hotline.telephony.breaker import FAILURES_TO_OPEN, REST_SECONDS, Breaker
from hotline.telephony.capabilities import (
    CARRIER,
    WORDS,
    Capabilities,
    capabilities_of,
    words_for,
)
from hotline.telephony.client import (
    CallGone,
    HostRefused,
    HostUnavailable,
    HostUnsure,
    PartyState,
    Placing,
    SentText,
    Telephony,
)
from hotline.telephony.pace import Pacer
from hotline.telephony.provider import Provider

PROVIDER = Provider("AC1", "secret", ("https://hotline.test",))
PLACING = Placing("client:a1", "+86473114", "https://hotline.test/a", "https://hotline.test/s")
Answer = Callable[[httpx2.Request], httpx2.Response]


def telephony(answer: Answer, able: Capabilities = CARRIER) -> Telephony:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return Telephony(PROVIDER, able, "https://host.test/", http)


def refusing(status: int, code: int) -> Answer:
    body = {"code": code, "message": "no", "more_info": "", "status": status}
    return lambda _request: httpx2.Response(status, json=body)


async def test_a_call_is_placed_at_the_configured_host_with_the_accounts_credentials() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(201, json={"sid": "CA9"})

    assert await telephony(answer).place_call(PLACING) == "CA9"
    (request,) = asked
    assert str(request.url) == "https://host.test/2010-04-01/Accounts/AC1/Calls.json"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"AC1:secret").decode()
    fields = parse_qs(request.content.decode())
    assert (fields["To"], fields["Timeout"]) == (["client:a1"], ["20"])
    assert fields["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]


async def test_hold_names_its_method_since_the_default_is_get() -> None:
    asked: list[bytes] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.content)
        return httpx2.Response(200, json={})

    state = PartyState(held=True, hold_url="https://hotline.test/hold")
    await telephony(answer).change_party("CF1", "c1", state)
    fields = parse_qs(asked[0].decode())
    assert (fields["Hold"], fields["HoldMethod"]) == (["true"], ["POST"])
    assert "Muted" not in fields


async def test_who_is_still_being_called_into_a_room_is_not_in_it() -> None:
    statuses = {"CA1": "connected", "CA2": "ringing", "CA3": "queued", "CA4": None}
    people = [
        {"call_sid": sid, "label": sid, "hold": False, "muted": False, "status": status}
        for sid, status in statuses.items()
    ]
    page = {"participants": people, "next_page_uri": None, "page_size": 50}
    host = telephony(lambda _request: httpx2.Response(200, json=page))
    assert [member.call_sid for member in await host.members("CF1")] == ["CA1", "CA4"]


@pytest.mark.parametrize(("status", "code"), [(400, 21220), (404, 20404)])
async def test_a_caller_who_has_gone_is_no_failure_of_the_host(status: int, code: int) -> None:
    host = telephony(refusing(status, code))
    for _ in range(FAILURES_TO_OPEN + 2):
        with pytest.raises(CallGone):
            await host.divert_call("CA1", "https://hotline.test/join")


async def test_a_refusal_carries_its_code_and_does_not_open_the_breaker() -> None:
    host = telephony(refusing(400, 21211))
    for _ in range(FAILURES_TO_OPEN + 2):
        with pytest.raises(HostRefused) as refused:
            await host.place_call(PLACING)
        assert refused.value.code == 21211


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_host_in_trouble_is_left_alone_after_a_few_failures(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        return httpx2.Response(status, text="busy")

    host = telephony(answer)
    for _ in range(FAILURES_TO_OPEN + 3):
        with pytest.raises(HostUnavailable):
            await host.place_call(PLACING)
    assert len(asked) == FAILURES_TO_OPEN


async def test_a_host_that_cannot_be_reached_is_unavailable() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("slow", request=request)

    with pytest.raises(HostUnavailable):
        await telephony(answer).place_call(PLACING)


@pytest.mark.parametrize(
    ("fault", "is_unsure"),
    [
        (httpx2.ReadTimeout("no answer"), True),
        (httpx2.ReadError("cut"), True),
        (httpx2.RemoteProtocolError("gone"), True),
        (httpx2.ConnectError("down"), False),
        (httpx2.ConnectTimeout("slow"), False),
        (httpx2.PoolTimeout("full"), False),
    ],
)
async def test_only_a_request_that_went_out_may_have_been_done(
    fault: Exception, is_unsure: bool
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise fault

    with pytest.raises(HostUnavailable) as caught:
        await telephony(answer).send_message(to="+86138", from_="114", body="x", status_url="s")
    assert isinstance(caught.value, HostUnsure) is is_unsure


async def test_what_the_host_has_of_us_is_read_from_its_list() -> None:
    created = "Thu, 26 Nov 2026 03:00:00 +0000"
    sent = {"sid": "SM1", "body": "您好", "status": "failed", "error_code": 30003,
            "direction": "outbound-api", "date_created": created,
            "to": "+8613800000001"}  # fmt: skip
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        listed = [
            sent,
            sent | {"sid": "SM2", "direction": "inbound"},
            sent | {"sid": "SM3", "to": "+8613800000002"},
        ]
        return httpx2.Response(200, json={"messages": listed, "next_page_uri": None})

    found = await telephony(answer).sent_messages(to="+8613800000001", from_="+86473114")
    at = datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert found == [SentText("SM1", "您好", "failed", "30003", at)]
    assert "13800000001" not in str(asked[0].url)
    assert dict(asked[0].url.params)["From"] == "+86473114"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, "busy", HostUnavailable),
        (500, "broken", HostUnsure),
        (503, "busy", HostUnavailable),
        (401, '{"code": 20003, "message": "no"}', HostRefused),
        (200, "<html>", HostUnsure),
        (200, "{}", HostUnsure),
    ],
)
async def test_a_list_that_cannot_be_had_is_told_apart_as_everything_else(
    status: int, body: str, expected: type[Exception]
) -> None:
    host = telephony(lambda _request: httpx2.Response(status, text=body))
    with pytest.raises(expected) as caught:
        await host.sent_messages(to="+8613800000001", from_="+86473114")
    assert type(caught.value) is expected


async def test_a_list_may_be_the_try_after_a_rest_and_fail_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        return httpx2.Response(500, text="broken")

    host = telephony(answer)
    moment = [0.0]
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: moment[0])
    for _ in range(FAILURES_TO_OPEN + 1):
        with pytest.raises(HostUnavailable):
            await host.live_sids()
    for rest in (1, 2, 3):
        moment[0] = 100.0 * rest
        before = len(asked)
        with pytest.raises(HostUnavailable):
            await host.live_sids()
        assert len(asked) == before + 1


async def test_what_may_be_asked_twice_is_asked_again_at_once() -> None:
    answers = [httpx2.Response(500), httpx2.Response(200, json={"sid": "CA1"})]
    host = telephony(lambda _request: answers.pop(0))
    await host.divert_call("CA1", "https://hotline.test/join")
    assert answers == []


async def test_a_call_is_never_placed_twice_by_itself() -> None:
    answers = [httpx2.Response(500), httpx2.Response(201, json={"sid": "CA1"})]
    host = telephony(lambda _request: answers.pop(0))
    with pytest.raises(HostUnavailable):
        await host.place_call(PLACING)
    assert len(answers) == 1


def test_an_open_breaker_lets_one_try_through_after_its_rest() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed(10.0)
    assert not breaker.may_pass(10.0 + REST_SECONDS - 0.1)
    assert breaker.may_pass(10.0 + REST_SECONDS)
    assert not breaker.may_pass(10.0 + REST_SECONDS)
    breaker.failed(20.0)
    assert not breaker.may_pass(20.0 + REST_SECONDS - 0.1)
    assert breaker.may_pass(20.0 + REST_SECONDS)
    breaker.succeeded()
    assert breaker.may_pass(20.0 + REST_SECONDS)


async def test_calls_are_placed_no_faster_than_the_host_allows() -> None:
    pacer = Pacer(per_second=50)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(pacer.turn() for _ in range(6)))
    assert loop.time() - began >= 0.095


def test_hosts_differ_only_in_data() -> None:
    assert capabilities_of("https://api.twilio.com").missing == ()
    assert capabilities_of("https://acme.signalwire.com/api/laml").reaches_agents
    assert capabilities_of("https://api.telnyx.com/v2/texml").missing == ("client",)
    assert not capabilities_of("https://api.somleng.org").reaches_agents
    assert capabilities_of("https://pbx.example").missing == ()
    assert set(WORDS) == {one.name for one in fields(Capabilities)} - {"calls_per_second"}
    assert words_for(capabilities_of("https://api.telnyx.com").missing) == "浏览器电话"
