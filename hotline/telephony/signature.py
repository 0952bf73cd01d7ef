"""Who asked: the signature of a webhook.

base64(HMAC(token, URL + every field's name and value, sorted)), as
https://www.twilio.com/docs/usage/security#validating-requests describes. The short way below
agrees with twilio's own validator, which stays the last word when the short way says no.
"""

import base64
import hmac
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

Pairs = Sequence[tuple[str, str]]

_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


class _Fields(dict[str, list[str]]):
    """All values of each field, in the shape that twilio's validator reads."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def sign(url: str, pairs: Pairs, token: str, algorithm: str = "HMAC_SHA1") -> str:
    """The signature of a form post to `url` (with its query, without a fragment)."""
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(
        hmac.digest(token.encode(), text.encode(), _ALGORITHMS[algorithm])
    ).decode()


def is_signed(url: str, pairs: Pairs, given: str, token: str, algorithm: str = "HMAC_SHA1") -> bool:
    """Whether `given` is the signature of this form post; compared in constant time."""
    if algorithm not in _ALGORITHMS or not given or not given.isascii():
        return False
    if hmac.compare_digest(sign(url, pairs, token, algorithm), given):
        return True
    fields = _Fields()
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return bool(RequestValidator(token).validate(url, fields, given, algorithm))


def is_signed_body(url: str, body: str, given: str, token: str) -> bool:
    """The same for a JSON body, whose SHA-256 stands in the URL as `bodySHA256`."""
    if "bodySHA256" not in parse_qs(urlsplit(url).query) or not given.isascii():
        return False
    return bool(RequestValidator(token).validate(url, body, given))


def signature_settings(header: str) -> dict[str, str]:
    """`X-Twilio-Webhooks-Signature-Settings: key=…,algorithm=…` as a mapping."""
    parts = (part.partition("=") for part in header.split(","))
    return {name.strip(): value.strip() for name, sign_, value in parts if sign_}
