"""Our short way and twilio's own validator agree on every request."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hotline.telephony.signature import (
    is_signed,
    is_signed_body,
    sign,
    signature_settings,
)

TOKEN = "12345"
URL = "https://example.com/myapp.php?foo=1&bar=2"
FIELDS = {
    "Digits": "1234", "To": "+18005551212", "From": "+14158675310",
    "Caller": "+14158675310", "CallSid": "CA1234567890ABCDE",
}  # fmt: skip
PUBLISHED = "L/OH5YylLD5NRKLltdqwSvS0BnU="

_text = st.text(st.characters(codec="utf-8"), max_size=20)


def test_the_published_example_verifies() -> None:
    assert sign(URL, list(FIELDS.items()), TOKEN) == PUBLISHED
    assert is_signed(URL, list(FIELDS.items()), PUBLISHED, TOKEN)


@given(st.dictionaries(_text, _text, max_size=6), st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]))
def test_we_agree_with_twilios_validator(fields: dict[str, str], algorithm: str) -> None:
    theirs = RequestValidator(TOKEN).compute_signature(URL, fields, algorithm)
    assert sign(URL, list(fields.items()), TOKEN, algorithm) == theirs
    assert is_signed(URL, list(fields.items()), theirs, TOKEN, algorithm)


@given(st.lists(st.tuples(_text, _text), min_size=1, max_size=6))
def test_repeated_fields_verify_as_the_validator_does(pairs: list[tuple[str, str]]) -> None:
    class Multi(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    fields = Multi()
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    theirs = RequestValidator(TOKEN).compute_signature(URL, fields)
    assert is_signed(URL, pairs, theirs, TOKEN)


def test_a_standard_port_in_the_url_may_be_signed_or_not() -> None:
    with_port = sign("https://example.com:443/x", [], TOKEN)
    assert is_signed("https://example.com/x", [], with_port, TOKEN)


@pytest.mark.parametrize(
    ("url", "fields", "given_signature", "token"),
    [
        (URL + "&a=1", FIELDS, PUBLISHED, TOKEN),
        (URL.replace("https", "http"), FIELDS, PUBLISHED, TOKEN),
        (URL.replace("example", "example2"), FIELDS, PUBLISHED, TOKEN),
        (URL, FIELDS | {"Digits": "1235"}, PUBLISHED, TOKEN),
        (URL, FIELDS | {"More": ""}, PUBLISHED, TOKEN),
        (URL, {k: v for k, v in FIELDS.items() if k != "To"}, PUBLISHED, TOKEN),
        (URL, FIELDS, PUBLISHED.lower(), TOKEN),
        (URL, FIELDS, PUBLISHED[:-1], TOKEN),
        (URL, FIELDS, "", TOKEN),
        (URL, FIELDS, "签名", TOKEN),
        (URL, FIELDS, PUBLISHED, "12346"),
        (URL, {"digits" if k == "Digits" else k: v for k, v in FIELDS.items()}, PUBLISHED, TOKEN),
    ],
)
def test_anything_altered_is_refused(
    url: str, fields: dict[str, str], given_signature: str, token: str
) -> None:
    assert not is_signed(url, list(fields.items()), given_signature, token)


def test_an_unknown_algorithm_is_refused() -> None:
    assert not is_signed(URL, [], sign(URL, [], TOKEN), TOKEN, "HMAC_MD5")


def test_a_json_body_is_verified_by_its_hash() -> None:
    body = json.dumps({"a": "中"})
    url = f"https://example.com/x?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = RequestValidator(TOKEN).compute_signature(url, {})
    assert is_signed_body(url, body, signature, TOKEN)
    assert not is_signed_body(url, body + " ", signature, TOKEN)
    assert not is_signed_body("https://example.com/x", body, signature, TOKEN)


def test_signature_settings_are_read() -> None:
    assert signature_settings("key=main, algorithm=HMAC_SHA256") == {
        "key": "main",
        "algorithm": "HMAC_SHA256",
    }
    assert signature_settings("") == {}
