"""Nothing unsigned gets past the door, whatever it looks like."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from starlette.requests import Request

from hotline.settings import Settings
from hotline.telephony.provider import Provider, known_bases
from hotline.telephony.signature import sign
from hotline.telephony.webhook import (
    MOST_BYTES,
    Webhook,
    WebhookRefused,
    read_webhook,
    verified,
    whole,
)

PROVIDER = Provider("AC1", "secret", ("https://hotline.example", "http://127.0.0.1:8114"))
FIELDS = {"AccountSid": "AC1", "CallSid": "CA1", "To": "+86473114"}
FORM = "application/x-www-form-urlencoded"


def request(
    body: bytes, signature: str, *, path: str = "/telephony/voice", query: str = "",
    content_type: str = FORM, host: str = "evil.example", length: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Request:  # fmt: skip
    headers = {"content-type": content_type, "x-twilio-signature": signature, "host": host}
    headers["content-length"] = str(len(body)) if length is None else length
    headers.update(more or {})
    scope = {
        "type": "http", "method": "POST", "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 8114), "scheme": "http",
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


def signed(
    fields: dict[str, str], base: str = PROVIDER.base, path: str = "/telephony/voice"
) -> str:
    return sign(f"{base}/telephony/voice", list(fields.items()), PROVIDER.auth_token)


async def refused(made: Request) -> int:
    with pytest.raises(WebhookRefused) as refusal:
        await read_webhook(made, PROVIDER)
    return refusal.value.status


async def test_a_signed_form_is_read_with_fields_that_nobody_knows() -> None:
    fields = FIELDS | {"NewField": "", "SpeechResult": "路灯坏了"}
    webhook = await read_webhook(request(urlencode(fields).encode(), signed(fields)), PROVIDER)
    assert dict(webhook.fields) == fields
    assert webhook.call_sid == "CA1"


@pytest.mark.parametrize("base", PROVIDER.bases)
async def test_the_address_comes_from_configuration_and_never_from_the_host(base: str) -> None:
    body = urlencode(FIELDS).encode()
    assert await read_webhook(request(body, signed(FIELDS, base)), PROVIDER)
    assert await refused(request(body, signed(FIELDS, "http://evil.example"))) == 403


@pytest.mark.parametrize(
    ("body", "path", "query"),
    [
        (urlencode(FIELDS | {"To": "+1"}), "/telephony/voice", ""),
        (urlencode(FIELDS | {"More": "1"}), "/telephony/voice", ""),
        (urlencode(FIELDS), "/telephony/status", ""),
        (urlencode(FIELDS), "/telephony/voice", "step=0"),
        ("", "/telephony/voice", ""),
        ("\xff\xfe", "/telephony/voice", ""),
    ],
)
async def test_an_altered_webhook_is_403(body: str, path: str, query: str) -> None:
    raw = body.encode("latin-1")
    assert await refused(request(raw, signed(FIELDS), path=path, query=query)) == 403


async def test_another_account_is_403_although_signed() -> None:
    fields = FIELDS | {"AccountSid": "AC2"}
    assert await refused(request(urlencode(fields).encode(), signed(fields))) == 403


async def test_a_field_sent_twice_is_400() -> None:
    pairs = [*FIELDS.items(), ("To", "+1")]
    signature = sign(f"{PROVIDER.base}/telephony/voice", pairs, PROVIDER.auth_token)
    assert await refused(request(urlencode(pairs).encode(), signature)) == 400


@pytest.mark.parametrize("name", ["CallSid", "RecordingSid", "MessageSid"])
@pytest.mark.parametrize("sid", ["CA1\n", "../Accounts", "CA1?x=", "\u202e", "A" * 129, "CA\0"])
async def test_an_id_that_is_none_is_400_though_it_is_signed(name: str, sid: str) -> None:
    fields = FIELDS | {name: sid}
    assert await refused(request(urlencode(fields).encode(), signed(fields))) == 400


@pytest.mark.parametrize("sid", ["CA" + "0f" * 16, "v3:MdI91X4lWFEs7Igb_IiE4pqg", "0199-ab", ""])
async def test_the_ids_of_every_host_are_ids(sid: str) -> None:
    fields = FIELDS | {"CallSid": sid}
    assert await read_webhook(request(urlencode(fields).encode(), signed(fields)), PROVIDER)


async def test_json_is_403_unsigned_and_415_signed() -> None:
    body = json.dumps(FIELDS).encode()
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    url = f"{PROVIDER.base}/telephony/voice?{query}"
    made = {"content_type": "application/json", "query": query}
    assert await refused(request(body, "x", **made)) == 403
    assert await refused(request(body, sign(url, [], PROVIDER.auth_token), **made)) == 415


async def test_a_long_body_is_413() -> None:
    assert await refused(request(b"a" * (MOST_BYTES + 1), "x")) == 413


@pytest.mark.parametrize("told", ["", "-1", "1e3", "one", str(MOST_BYTES + 1)])
async def test_a_length_that_is_none_or_too_great_is_413_before_anything_is_read(
    told: str,
) -> None:
    asked = request(urlencode(FIELDS).encode(), signed(FIELDS), length=told)
    assert await refused(asked) == 413


async def test_a_body_that_is_longer_than_it_says_is_413() -> None:
    assert await refused(request(b"a" * (MOST_BYTES + 1), "x", length="5")) == 413


async def test_a_body_of_the_greatest_length_is_read() -> None:
    fields = FIELDS | {"More": "a" * (MOST_BYTES - len(urlencode(FIELDS)) - len("&More="))}
    body = urlencode(fields).encode()
    assert len(body) == MOST_BYTES
    assert (await read_webhook(request(body, signed(fields)), PROVIDER)).fields == fields


@pytest.mark.parametrize("form", [FORM, FORM.upper(), f"{FORM}; charset=UTF-8"])
async def test_a_form_is_a_form_however_it_is_spelled(form: str) -> None:
    asked = request(urlencode(FIELDS).encode(), signed(FIELDS), content_type=form)
    assert (await read_webhook(asked, PROVIDER)).fields == FIELDS


async def test_too_many_fields_are_403() -> None:
    pairs = [(f"F{n}", "1") for n in range(501)]
    signature = sign(f"{PROVIDER.base}/telephony/voice", pairs, PROVIDER.auth_token)
    assert await refused(request(urlencode(pairs).encode(), signature)) == 403


async def test_the_algorithm_is_the_one_that_is_told_and_known() -> None:
    body, url = urlencode(FIELDS).encode(), f"{PROVIDER.base}/telephony/voice"
    longer = sign(url, list(FIELDS.items()), PROVIDER.auth_token, "HMAC_SHA256")
    told = {"x-twilio-webhooks-signature-settings": "key=k1, algorithm=HMAC_SHA256"}
    assert (await read_webhook(request(body, longer, more=told), PROVIDER)).fields == FIELDS
    assert await refused(request(body, longer)) == 403
    unknown = {"x-twilio-webhooks-signature-settings": "algorithm=NONE"}
    assert await refused(request(body, longer, more=unknown)) == 403


@pytest.mark.parametrize(
    ("query", "step"), [({}, 0), ({"step": "7"}, 7), ({"step": "x"}, 0), ({"step": "-1"}, 0)]
)
def test_the_step_is_a_number_of_the_address(query: dict[str, str], step: int) -> None:
    assert Webhook({}, query).step == step
    assert Webhook({}, query).call_sid == ""


@pytest.mark.parametrize(
    "text", ["", "²", "٣", "１", "-1", "1_0", "+1", "1.5", "9" * 10, "9" * 5000]
)
def test_what_is_no_number_of_nine_digits_is_none(text: str) -> None:
    assert whole(text) is None
    assert Webhook({}, {"step": text}).step == 0
    assert (whole("999999999"), whole("007")) == (999_999_999, 7)


def test_an_id_of_the_address_is_one_or_none() -> None:
    one = uuid4()
    assert Webhook({}, {"call": str(one)}).id_of("call") == one
    assert [Webhook({}, {"call": odd}).id_of("call") for odd in ("", "x", "1")] == [None] * 3
    assert Webhook({}, {}).id_of("call") is None


async def test_what_no_row_can_hold_is_left_out_once_the_signature_was_read() -> None:
    fields = FIELDS | {"SpeechResult": "路\0灯\0"}
    body, given = (
        urlencode(fields).encode(),
        sign(
            f"{PROVIDER.base}/telephony/voice?call=a%00b", list(fields.items()), PROVIDER.auth_token
        ),
    )
    webhook = await read_webhook(request(body, given, query="call=a%00b"), PROVIDER)
    assert webhook.fields["SpeechResult"] == "路灯"
    assert webhook.query["call"] == "ab"


async def test_the_verified_webhook_is_that_of_the_service_s_own_provider() -> None:
    asked = request(urlencode(FIELDS).encode(), signed(FIELDS), query="")
    asked.state.provider = PROVIDER
    webhook = await verified(asked)
    assert (webhook.fields, webhook.query) == (FIELDS, {})
    asked = request(urlencode(FIELDS).encode(), signed(FIELDS))
    asked.state.provider = replace(PROVIDER, auth_token="another")
    with pytest.raises(WebhookRefused):
        await verified(asked)


def test_loopback_is_an_address_of_ours_only_where_the_carrier_lives_inside() -> None:
    settings = Settings(public_url="https://hotline.example")
    outside, inside = (known_bases(settings, inside_first=one) for one in (False, True))
    assert outside == ("https://hotline.example",)
    assert inside == ("http://127.0.0.1:8114", "http://localhost:8114", "https://hotline.example")


@pytest.mark.parametrize(("host", "inside"), [
    ("0.0.0.0", "http://127.0.0.1:8114"), ("::", "http://127.0.0.1:8114"),
    ("10.0.0.5", "http://10.0.0.5:8114"), ("fd00::5", "http://[fd00::5]:8114"),
])  # fmt: skip
def test_a_carrier_inside_calls_where_the_service_listens(host: str, inside: str) -> None:
    settings = Settings(public_url="https://hotline.example", host=host)
    assert known_bases(settings, inside_first=True)[0] == inside


def test_a_carrier_beside_an_own_certificate_calls_by_the_name_that_it_is_for() -> None:
    settings = Settings(
        public_url="https://hotline.example",
        tls_certificate=Path("chain.pem"), tls_key_file=Path("key.pem"),
    )  # fmt: skip
    assert known_bases(settings, inside_first=True) == ("https://hotline.example",)
