"""Nothing unsigned gets past the door, whatever it looks like."""

import hashlib
import json
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from hotline.telephony.provider import Provider, known_bases
from hotline.telephony.signature import sign
from hotline.telephony.webhook import MOST_BYTES, WebhookRefused, read_webhook

PROVIDER = Provider("AC1", "secret", ("https://hotline.example", "http://127.0.0.1:8114"))
FIELDS = {"AccountSid": "AC1", "CallSid": "CA1", "To": "+86473114"}
FORM = "application/x-www-form-urlencoded"


def request(
    body: bytes, signature: str, *, path: str = "/telephony/voice", query: str = "",
    content_type: str = FORM, host: str = "evil.example",
) -> Request:  # fmt: skip
    headers = {"content-type": content_type, "x-twilio-signature": signature, "host": host}
    headers["content-length"] = str(len(body))
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


async def test_json_is_403_unsigned_and_415_signed() -> None:
    body = json.dumps(FIELDS).encode()
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    url = f"{PROVIDER.base}/telephony/voice?{query}"
    made = {"content_type": "application/json", "query": query}
    assert await refused(request(body, "x", **made)) == 403
    assert await refused(request(body, sign(url, [], PROVIDER.auth_token), **made)) == 415


async def test_a_long_body_is_413() -> None:
    assert await refused(request(b"a" * (MOST_BYTES + 1), "x")) == 413


def test_loopback_is_an_address_of_ours_only_where_the_carrier_lives_inside() -> None:
    outside = known_bases("https://hotline.example", 8114, inside_first=False)
    inside = known_bases("https://hotline.example", 8114, inside_first=True)
    assert outside == ("https://hotline.example",)
    assert inside == ("http://127.0.0.1:8114", "http://localhost:8114", "https://hotline.example")
