"""The telephone network: who may call us, and whom we call."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import text

from hotline.db import Database
from hotline.installation import provider_of
from hotline.telephony.client import Telephony
from hotline.telephony.outgoing import outgoing_client
from hotline.telephony.provider import Provider
from hotline.telephony.script import Listen, Script
from hotline.telephony.signature import is_signed, sign
from hotline.telephony.twiml import Urls, document
from tests.promises.conftest import Whole

VOICE = "/telephony/voice"
FORM = "application/x-www-form-urlencoded"


def fields_of(provider: Provider, sid: str, **more: str) -> dict[str, str]:
    return {"AccountSid": provider.account_sid, "CallSid": sid, "From": "+8613900005555",
            "To": "+86473114", "CallStatus": "ringing"} | more  # fmt: skip


def signed(provider: Provider, fields: dict[str, str]) -> dict[str, str]:
    given = sign(provider.url("voice"), list(fields.items()), provider.auth_token)
    return {"content-type": FORM, "x-twilio-signature": given}


async def calls(database: Database, sid: str) -> int:
    async with database.transaction() as session:
        counting = text("SELECT count(*) FROM call WHERE provider_sid = :sid")
        return await session.scalar(counting, {"sid": sid}) or 0


MUTATIONS = [
    "no signature", "empty", "another", "lower case", "cut", "padded", "not ascii",
    "changed field", "added field", "dropped field", "added query", "another path",
]  # fmt: skip


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_c31_a_webhook_that_is_not_signed_by_the_network_is_403_and_leaves_no_row(
    whole: Whole, mutation: str
) -> None:
    provider = provider_of(whole.city.settings)
    assert provider is not None
    sid = f"CA{MUTATIONS.index(mutation):032x}".replace("CA0", "CAf")
    fields = fields_of(provider, sid)
    headers, path = signed(provider, fields), VOICE
    right = headers["x-twilio-signature"]
    signatures = {
        "empty": "", "another": sign("http://elsewhere", [], "token"), "lower case": right.lower(),
        "cut": right[:-1], "padded": right + "=", "not ascii": right[:-2] + "é=",
    }  # fmt: skip
    if mutation == "no signature":
        del headers["x-twilio-signature"]
    elif mutation in signatures:
        headers["x-twilio-signature"] = signatures[mutation]
    changes = {
        "changed field": fields | {"From": "+8613900006666"},
        "added field": fields | {"SpeechResult": "转人工"},
        "dropped field": {name: value for name, value in fields.items() if name != "From"},
    }
    path += {"added query": "?step=3"}.get(mutation, "")
    path = "/telephony/turn" if mutation == "another path" else path
    answer = await whole.city.client.post(
        path, content=urlencode(changes.get(mutation, fields)),
        headers={name: value.encode() for name, value in headers.items()},
    )  # fmt: skip
    assert answer.status_code == 403
    assert await calls(whole.database, sid) == 0


def test_c31_the_right_signature_is_taken() -> None:
    pairs = [("CallSid", "CA1"), ("From", "+8613900005555")]
    assert is_signed("https://here/voice", pairs, sign("https://here/voice", pairs, "t"), "t")
    assert not is_signed("https://here/voice", pairs, sign("https://here/voice", pairs, "u"), "t")


async def test_c32_the_same_webhook_acts_once_whatever_the_time_between(whole: Whole) -> None:
    phone = await whole.city.phone(caller="+8613900007777").dial()
    await phone.say("我家暖气不热，我在滨河街道")
    async with whole.database.transaction() as session:
        await session.execute(text("UPDATE call SET created_at = created_at - interval '25 hours'"
                                   " WHERE provider_sid = :sid"), {"sid": phone.sid})  # fmt: skip
    before = await _rows(whole.database)
    answers = await asyncio.gather(*(phone.repeat_last() for _ in range(5)))
    assert len(set(answers)) == 1
    assert await _rows(whole.database) == before


async def test_c33_another_account_is_refused_and_another_number_is_told_so(whole: Whole) -> None:
    provider = provider_of(whole.city.settings)
    assert provider is not None
    foreign = fields_of(provider, "CA" + "e" * 32, AccountSid="AC" + "0" * 32)
    answer = await whole.city.client.post(
        VOICE, content=urlencode(foreign), headers=signed(provider, foreign)
    )
    assert answer.status_code == 403
    wrong = fields_of(provider, "CA" + "d" * 32, To="+8610000000")
    polite = await whole.city.client.post(
        VOICE, content=urlencode(wrong), headers=signed(provider, wrong)
    )
    assert polite.status_code == 200
    assert "<Gather" not in polite.text
    assert "<Say" in polite.text or "<Reject" in polite.text
    assert await calls(whole.database, "CA" + "d" * 32) == 0


def test_c34_no_document_opens_a_media_stream() -> None:
    """There is no socket to bind: speech is recognized by the network."""
    urls = Urls("https://here/turn", "https://here/w", "https://here/d", "https://here/b")
    assert "Stream" not in document(Script(("您好",), Listen()), urls)


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [("application/json", b"{}", 403), (FORM, b"a=" + b"x" * 65_536, 413),
     ("multipart/form-data; boundary=x", b"--x--", 403)],
)  # fmt: skip
async def test_c35_a_long_or_foreign_body_is_refused(
    whole: Whole, kind: str, content: bytes, status: int
) -> None:
    headers = {"content-type": kind, "x-twilio-signature": "x"}
    answer = await whole.city.client.post(VOICE, content=content, headers=headers)
    assert answer.status_code == status


async def test_c35_a_field_sent_twice_is_refused_though_it_is_signed(whole: Whole) -> None:
    provider = provider_of(whole.city.settings)
    assert provider is not None
    pairs = [*fields_of(provider, "CA" + "c" * 32).items(), ("From", "+8613900009999")]
    given = sign(provider.url("voice"), pairs, provider.auth_token)
    answer = await whole.city.client.post(
        VOICE, content=urlencode(pairs),
        headers={"content-type": FORM, "x-twilio-signature": given},
    )  # fmt: skip
    assert answer.status_code == 400
    assert await calls(whole.database, "CA" + "c" * 32) == 0


@pytest.fixture
async def listener() -> AsyncIterator[tuple[int, list[bytes]]]:
    """Something on loopback that must never hear from us."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], heard
    server.close()
    await server.wait_closed()


FORMS = (
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://127.1:{port}/",
    "http://0177.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/", "http://0.0.0.0:{port}/", "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://[::]:{port}/",
    "http://127.0.0.1.:{port}/", "http://LOCALHOST:{port}/", "http://localhost.:{port}/",
    "http://127.0.0.2:{port}/", "http://api.host.example@127.0.0.1:{port}/",
    "http://api.host.example:443@127.0.0.1:{port}/", "http://127.0.0.1:{port}#api.host.example",
    "http://127.0.0.1:{port}?api.host.example", "https://127.0.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://192.168.0.1/",
    "http://172.16.0.1/", "http://[fe80::1]/", "http://[fc00::1]/", "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/", "http://api.host.example:{port}/",
    "http://api.host.example./", "https://api.host.example.evil.example/", "//127.0.0.1:{port}/",
    "https://api.host.example:444/", "http://api.host.example/", "ws://127.0.0.1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/", "http://127。0。0。1:{port}/", "data:text/plain,x",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
async def test_c36_no_form_of_an_address_leads_outside_the_configured_hosts(
    form: str, listener: tuple[int, list[bytes]]
) -> None:
    port, heard = listener
    async with outgoing_client(["https://api.host.example"]) as client:
        with pytest.raises((httpx2.UnsupportedProtocol, httpx2.InvalidURL)):
            await client.get(form.replace("{port}", str(port)))
    assert heard == []


async def test_c36_a_redirect_is_not_followed_and_the_configured_host_is_reached(
    listener: tuple[int, list[bytes]],
) -> None:
    port, heard = listener

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": f"http://127.0.0.1:{port}/"})

    there = httpx2.MockTransport(answer)
    async with outgoing_client(["https://api.host.example"], there) as client:
        assert (await client.get("https://api.host.example/calls")).status_code == 302
    assert heard == []


async def test_c37_a_recording_is_fetched_from_our_host_whatever_a_webhook_says() -> None:
    asked = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(200, content=b"RIFF")

    from hotline.telephony.capabilities import CARRIER

    provider = Provider("AC1", "token", ("https://here",))
    base = "https://api.host.example"
    client = outgoing_client([base], httpx2.MockTransport(answer))
    telephony = Telephony(provider, CARRIER, base, client)
    assert await telephony.recording_sound("RE1") == b"RIFF"
    await telephony.close()
    assert asked == [f"{base}/2010-04-01/Accounts/AC1/Recordings/RE1.wav"]


async def _rows(database: Database) -> list[int]:
    async with database.transaction() as session:
        return [
            await session.scalar(text(f"SELECT count(*) FROM {table}")) or 0
            for table in ("call", "turn", "ticket", "webhook_receipt")
        ]
