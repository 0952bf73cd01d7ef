"""How the application is asked: signature, retries, redirects, time-outs, fallback."""

import asyncio

import httpx2
import pytest
from starlette.responses import RedirectResponse, Response
from twilio.request_validator import RequestValidator

from hotline.carrier import Carrier, CarrierSettings, NumberSettings
from hotline.carrier.faults import Faults
from hotline.carrier.urls import split_overrides
from hotline.carrier.webhooks import WebhookFailed, Webhooks
from tests.carrier.application import Application, Asked, twiml
from tests.carrier.conftest import TOKEN
from tests.carrier.phone import Phone


@pytest.fixture
async def webhooks(application: Application) -> Webhooks:
    return Webhooks(application.client(), auth_token=TOKEN, faults=Faults())


class Line:
    """A transport that fails as often as it is told and then reaches the application."""

    def __init__(self, application: Application, *failures: Exception) -> None:
        self.failures = list(failures)
        self.tokens: list[str] = []
        self._inner = httpx2.ASGITransport(app=application)

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.tokens.append(request.headers["i-twilio-idempotency-token"])
        if self.failures:
            raise self.failures.pop(0)
        response = await self._inner.handle_async_request(request)
        body = await response.aread()
        return httpx2.Response(response.status_code, headers=response.headers, content=body)


def is_signed(asked: Asked, fields: dict[str, str]) -> bool:
    signature = asked.headers["x-twilio-signature"]
    return bool(RequestValidator(TOKEN).validate(asked.url, fields, signature))


async def test_a_post_is_signed_over_address_query_and_fields(
    webhooks: Webhooks, application: Application
) -> None:
    fields = {"To": "+86473114", "Body": "你好 & 再见", "Empty": "", "A": "1"}
    await webhooks.ask("http://app.test/voice?x=1&y=%20b", "POST", fields)
    asked = application.asked[0]
    assert asked.url == "http://app.test/voice?x=1&y=%20b"
    assert is_signed(asked, fields)
    assert not is_signed(asked, fields | {"A": "2"})
    assert asked.headers["content-type"].startswith("application/x-www-form-urlencoded")


async def test_a_get_carries_its_fields_in_the_signed_address(
    webhooks: Webhooks, application: Application
) -> None:
    await webhooks.ask("http://app.test/voice?x=1", "GET", {"CallSid": "CA1", "To": "+86 1"})
    asked = application.asked[0]
    assert asked.method == "GET"
    assert asked.fields == {"x": "1", "CallSid": "CA1", "To": "+86 1"}
    assert is_signed(asked, {})


async def test_the_fragment_is_neither_sent_nor_signed(
    webhooks: Webhooks, application: Application
) -> None:
    await webhooks.ask("http://app.test/voice#rc=2&rp=all", "POST", {"A": "1"})
    assert application.asked[0].url == "http://app.test/voice"
    assert is_signed(application.asked[0], {"A": "1"})


async def test_a_failed_connection_is_tried_once_more_with_the_same_token(
    application: Application,
) -> None:
    line = Line(application, httpx2.ConnectError("down"))
    webhooks = Webhooks(line.client(), auth_token=TOKEN, faults=Faults())
    assert (await webhooks.ask("http://app.test/voice", "POST", {})).status == 200
    assert len(line.tokens) == 2
    assert len(set(line.tokens)) == 1


async def test_two_failed_connections_are_11205(application: Application) -> None:
    line = Line(application, *[httpx2.ConnectError("down")] * 9)
    webhooks = Webhooks(line.client(), auth_token=TOKEN, faults=Faults())
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask("http://app.test/voice", "POST", {})
    assert caught.value.code == 11205
    assert len(line.tokens) == 2


async def test_a_late_answer_is_not_tried_again_by_default(application: Application) -> None:
    line = Line(application, httpx2.ReadTimeout("late"))
    webhooks = Webhooks(line.client(), auth_token=TOKEN, faults=Faults())
    with pytest.raises(WebhookFailed):
        await webhooks.ask("http://app.test/voice", "POST", {})
    assert len(line.tokens) == 1


@pytest.mark.parametrize(
    ("overrides", "status", "tries"),
    [
        ("", 500, 1),
        ("#rc=3&rp=5xx", 500, 4),
        ("#rc=3&rp=4xx", 500, 1),
        ("#rc=2&rp=4xx", 404, 3),
        ("#rc=2&rp=all", 503, 3),
        ("#rc=0&rp=all", 503, 1),
        ("#rc=9&rp=5xx", 503, 2),
        ("#rp=ct,rt,5xx", 503, 2),
    ],
)
async def test_overrides_say_what_is_tried_again(
    webhooks: Webhooks, application: Application, overrides: str, status: int, tries: int
) -> None:
    application.on("/voice", Response(status_code=status))
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask(f"http://app.test/voice{overrides}", "POST", {})
    assert caught.value.code == 11200
    assert len(application.asked) == tries
    assert len({asked.headers["i-twilio-idempotency-token"] for asked in application.asked}) == 1


async def test_a_read_time_out_may_be_shortened(
    webhooks: Webhooks, application: Application
) -> None:
    async def late(scope: object, receive: object, send: object) -> None:
        await asyncio.sleep(30)

    slow = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=late))
    webhooks = Webhooks(slow, auth_token=TOKEN, faults=Faults())
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask("http://app.test/voice#tt=150", "POST", {})
    assert caught.value.code == 11203


def test_overrides_out_of_range_count_as_absent() -> None:
    address, overrides = split_overrides("http://a/b?c=1#rc=6&ct=50&rt=15001&tt=0&rp=often")
    assert address == "http://a/b?c=1"
    assert (overrides.retries, overrides.connect_ms) == (1, 5_000)
    assert (overrides.read_ms, overrides.total_ms) == (15_000, 15_000)
    assert overrides.retry_on == {"ct"}


async def test_a_redirect_of_a_post_becomes_a_get_without_fields(
    webhooks: Webhooks, application: Application
) -> None:
    application.on("/voice", RedirectResponse("/moved?a=1", status_code=302))
    reply = await webhooks.ask("http://app.test/voice", "POST", {"Digits": "1"})
    moved = application.at("/moved")[0]
    assert (moved.method, moved.fields) == ("GET", {"a": "1"})
    assert is_signed(moved, {})
    assert reply.url == "http://app.test/moved?a=1"


async def test_307_keeps_method_and_fields(webhooks: Webhooks, application: Application) -> None:
    application.on("/voice", RedirectResponse("http://other.test/moved", status_code=307))
    await webhooks.ask("http://app.test/voice", "POST", {"Digits": "1"})
    moved = application.at("/moved")[0]
    assert (moved.method, moved.fields) == ("POST", {"Digits": "1"})
    assert is_signed(moved, {"Digits": "1"})


async def test_more_than_10_redirects_are_11215(
    webhooks: Webhooks, application: Application
) -> None:
    application.on("/voice", RedirectResponse("/voice", status_code=302))
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask("http://app.test/voice", "POST", {})
    assert caught.value.code == 11215
    assert len(application.asked) == 11


@pytest.mark.parametrize(
    ("status", "location"),
    [(300, "/moved"), (308, "/moved"), (302, ""), (302, "http://[moved"), (307, "ftp://app.test/")],
)
async def test_what_is_no_redirect_that_can_be_followed_is_11216(
    webhooks: Webhooks, application: Application, status: int, location: str
) -> None:
    application.on("/voice", Response(status_code=status, headers={"Location": location}))
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask("http://app.test/voice", "POST", {})
    assert caught.value.code == 11216
    assert len(application.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        *("", "voice", "ftp://a/b", "http://", "http://a b/c", "http://a:x/", "http://[a#rc=1"),
        pytest.param("http://a\x00b/", id="control character"),
        pytest.param("http://a/" + "x" * 70_000, id="too long"),
    ],
)
async def test_an_address_that_cannot_be_asked_is_11100(webhooks: Webhooks, url: str) -> None:
    with pytest.raises(WebhookFailed) as caught:
        await webhooks.ask(url, "POST", {})
    assert caught.value.code == 11100


async def test_a_get_with_an_etag_is_asked_for_conditionally(
    webhooks: Webhooks, application: Application
) -> None:
    def answer(asked: Asked) -> Response:
        if asked.headers.get("if-none-match") == '"1"':
            return Response(status_code=304)
        return Response("<Response/>", media_type="text/xml", headers={"ETag": '"1"'})

    application.on("/voice", answer)
    first = await webhooks.ask("http://app.test/voice", "GET", {"A": "1"})
    second = await webhooks.ask("http://app.test/voice", "GET", {"A": "1"})
    assert first.body == second.body == b"<Response/>"
    assert len(application.asked) == 2


async def test_name_and_password_of_an_address_are_sent(
    webhooks: Webhooks, application: Application
) -> None:
    await webhooks.ask("http://me:secret@app.test/voice", "POST", {})
    assert application.asked[0].headers["authorization"].startswith("Basic ")


async def test_cookies_come_back_within_a_call_only(phone: Phone, application: Application) -> None:
    def answer(asked: Asked) -> Response:
        reply = Response(twiml("<Redirect>/next</Redirect>"), media_type="text/xml")
        reply.set_cookie("turn", "1")
        return reply

    application.on("/voice", answer)
    await (await phone.dial()).over()
    await (await phone.dial()).over()
    assert [a.headers.get("cookie") for a in application.at("/next")] == ["turn=1", "turn=1"]
    assert [a.headers.get("cookie") for a in application.at("/voice")] == [None, None]


async def test_the_fallback_takes_over_when_the_application_fails(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", Response(status_code=500))
    application.on("/fallback", twiml("<Say>请稍候</Say>"))
    acts = await (await phone.dial()).over()
    assert [item["act"] for item in acts] == ["error", "say", "hangup"]
    assert acts[0]["detail"]["code"] == 11200
    asked = application.at("/fallback")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", "http://app.test/voice")
    assert asked["CallStatus"] == "ringing"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("<Response>", media_type="text/xml"), 12100),
        (Response("{}", media_type="application/json"), 12300),
        (
            Response("<Response><!--" + "x" * 65_536 + "--></Response>", media_type="text/xml"),
            11750,
        ),
    ],
)
async def test_the_fallback_hears_why(
    phone: Phone, application: Application, answer: Response, code: int
) -> None:
    application.on("/voice", answer)
    line = await phone.dial()
    acts = await line.over()
    assert acts[0]["detail"]["code"] == code
    assert application.at("/fallback")[0]["ErrorCode"] == str(code)


async def test_the_fallback_takes_over_in_the_middle_of_a_call_too(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="60" numDigits="1" action="/turn"/>'))
    application.on("/turn", Response("nothing", media_type="text/csv"))
    application.on("/fallback", twiml("<Say>转人工</Say>"))
    line = await phone.dial()
    await line.wait_for("gather")
    await line.press("1")
    acts = await line.over()
    assert [item["act"] for item in acts] == ["gather", "error", "say", "hangup"]
    assert application.at("/fallback")[0]["ErrorUrl"] == "http://app.test/turn"


async def test_a_failing_fallback_ends_the_call(phone: Phone, application: Application) -> None:
    application.on("/voice", Response(status_code=500))
    application.on("/fallback", Response(status_code=404))
    acts = await (await phone.dial()).over()
    assert [item["act"] for item in acts] == ["error", "error", "hangup"]
    assert acts[-1]["detail"] == {"by": "host"}


async def test_without_a_fallback_an_error_ends_the_call(
    settings: CarrierSettings, application: Application
) -> None:
    from dataclasses import replace

    from tests.carrier.conftest import mount, reach
    from tests.carrier.memory_store import MemoryStore

    own = replace(settings, numbers=(NumberSettings("+86110", voice_url="http://app.test/voice"),))
    application.on("/voice", Response(status_code=404))
    carrier = Carrier(own)
    await carrier.start(client=application.client(), store=MemoryStore())
    async with reach(mount(carrier)) as client:
        acts = await (await Phone(client, carrier).dial()).over()
    assert [item["act"] for item in acts] == ["error", "hangup"]
    assert acts[-1]["detail"] == {"by": "host"}
    await carrier.stop()


async def test_no_content_is_an_empty_document(phone: Phone, application: Application) -> None:
    application.on("/voice", Response(status_code=204))
    acts = await (await phone.dial()).over()
    assert [item["act"] for item in acts] == ["hangup"]


async def test_a_document_is_seen_from_where_it_finally_came(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", RedirectResponse("/deep/er/voice", status_code=302))
    application.on("/deep/er/voice", twiml("<Play>a.wav</Play>"))
    acts = await (await phone.dial()).over()
    assert acts[0]["detail"] == {"url": "http://app.test/deep/er/a.wav"}
