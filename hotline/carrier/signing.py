"""Signatures of webhooks: base64 of HMAC-SHA1 over the URL and the sorted form fields."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(token: str, url: str, fields: Iterable[tuple[str, str]] = ()) -> str:
    """`url` is what is requested, query included; `fields` are those of a POST."""
    text = url + "".join(name + value for name, value in sorted(fields))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
