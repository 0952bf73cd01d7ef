"""Read a webhook: nothing is believed, parsed further or stored before its signature is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from hotline.telephony.provider import Provider
from hotline.telephony.signature import is_signed, is_signed_body, signature_settings

MOST_BYTES = 64 * 1024
_MOST_DIGITS = 9
_SID = re.compile(r"[A-Za-z0-9:_=-]{0,128}")
"""An id of any host; it becomes part of an address when we ask for what it names."""
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Webhook:
    """The fields as sent; unknown ones are kept, since hosts add fields without notice."""

    fields: Mapping[str, str]
    query: Mapping[str, str]

    @property
    def call_sid(self) -> str:
        return self.fields.get("CallSid", "")

    @property
    def step(self) -> int:
        return whole(self.query.get("step", "")) or 0

    def id_of(self, name: str) -> UUID | None:
        """One of our own ids that our address carries."""
        try:
            return UUID(self.query.get(name, ""))
        except ValueError:
            return None


def whole(text: str) -> int | None:
    """A number of at most nine plain digits; hosts and callers send other things in its place."""
    is_plain = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_plain else None


class WebhookRefused(Exception):
    """Not from our network: `status` is the answer, and no row is written."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


async def read_webhook(request: Request, provider: Provider) -> Webhook:
    """The verified fields.

    Raises WebhookRefused: 413 too long, 403 not signed by our network, 415 signed but not a form,
    400 a field sent twice, or an id that is none.
    """
    body = await _body(request)
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM
    pairs = _pairs(body) if is_form else []
    if not _is_ours(request, provider, pairs if is_form else body):
        raise WebhookRefused(403)
    if not is_form:
        raise WebhookRefused(415)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise WebhookRefused(400)
    if fields.get("AccountSid") != provider.account_sid:
        raise WebhookRefused(403)
    _require_ids(fields)
    return Webhook(_kept(fields), _kept(request.query_params))


async def verified(request: Request) -> Webhook:
    """The webhook of a request to a service that has a provider in its state."""
    return await read_webhook(request, request.state.provider)


Verified = Annotated[Webhook, Depends(verified)]


async def _body(request: Request) -> bytes:
    length = whole(request.headers.get("content-length", "0"))
    if length is None or length > MOST_BYTES:
        raise WebhookRefused(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise WebhookRefused(413)
    return bytes(body)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError as error:
        raise WebhookRefused(403) from error


def _require_ids(fields: Mapping[str, str]) -> None:
    if not all(_SID.fullmatch(value) for name, value in fields.items() if name.endswith("Sid")):
        raise WebhookRefused(400)


def _kept(values: Mapping[str, str]) -> dict[str, str]:
    """Without NUL, which no row can hold: a caller's message is not lost for one."""
    return {name: value.replace("\0", "") for name, value in values.items()}


def _is_ours(request: Request, provider: Provider, content: list[tuple[str, str]] | bytes) -> bool:
    given = request.headers.get("x-twilio-signature", "")
    settings = signature_settings(request.headers.get("x-twilio-webhooks-signature-settings", ""))
    algorithm = settings.get("algorithm", "HMAC_SHA1")
    query = f"?{request.url.query}" if request.url.query else ""
    urls = [f"{base}{request.url.path}{query}" for base in provider.bases]
    token = provider.auth_token
    if isinstance(content, bytes):
        text = content.decode(errors="replace")
        return any(is_signed_body(url, text, given, token) for url in urls)
    return any(is_signed(url, content, given, token, algorithm) for url in urls)
