"""Requests to the application: signed, with the documented retries, redirects and time-outs."""

import asyncio
import socket
import ssl
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

import httpx2

from hotline import logs
from hotline.carrier.documents import MAX_BYTES
from hotline.carrier.faults import Faults
from hotline.carrier.signing import sign
from hotline.carrier.urls import (
    INVALID_URL,
    Overrides,
    is_webhook_url,
    resolve,
    split_overrides,
)

RETRIEVAL_FAILURE = 11200
TOTAL_TIMEOUT = 11203
CONNECTION_FAILURE = 11205
PROTOCOL_VIOLATION = 11206
BAD_HOST = 11210
TOO_MANY_REDIRECTS = 11215
INVALID_REDIRECT = 11216
TLS_FAILURE = 11220
CERTIFICATE_OF_ANOTHER = 11235
CERTIFICATE_EXPIRED = 11236
CERTIFICATE_NOT_TRUSTED = 11237
MAX_REDIRECTS = 10
_BECOMES_GET = frozenset({301, 302, 303})
_KEEPS_METHOD = 307
_CACHED_DOCUMENTS = 256
_CERTIFICATE_CODES = {
    **dict.fromkeys((62, 64), CERTIFICATE_OF_ANOTHER),
    10: CERTIFICATE_EXPIRED,
    **dict.fromkeys((2, 18, 19, 20, 21), CERTIFICATE_NOT_TRUSTED),
}
"""By OpenSSL's numbers: another host or address; expired; self-signed, or no issuer known."""
_BROKEN_EXCHANGE = (httpx2.ProtocolError, httpx2.DecodingError, httpx2.ReadError)

log = logs.get_logger()


class WebhookFailed(Exception):
    """No usable answer. `kind` is the retry policy that would have covered it."""

    def __init__(self, code: int, message: str, url: str, kind: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx answer; `url` is where it finally came from."""

    status: int
    content_type: str | None
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request; every try of it carries the same idempotency token."""

    url: str
    method: str
    fields: Mapping[str, str]
    token: str


class Webhooks:
    def __init__(self, client: httpx2.AsyncClient, *, auth_token: str, faults: Faults) -> None:
        self._client = client
        self._auth_token = auth_token
        self._faults = faults
        self._cache: OrderedDict[str, tuple[dict[str, str], Reply]] = OrderedDict()

    async def ask(
        self,
        url: str,
        method: str,
        fields: Mapping[str, str],
        *,
        cookies: httpx2.Cookies | None = None,
        token: str | None = None,
    ) -> Reply:
        """Ask until answered or until the overrides of `url` say to stop.

        A cancelled caller does not cut the request short: the application has it already.
        """
        address, overrides = split_overrides(url)
        if not is_webhook_url(address):
            raise WebhookFailed(INVALID_URL, "Invalid URL format", url)
        webhook = Webhook(address, method, fields, token or str(uuid.uuid4()))
        jar = httpx2.Cookies() if cookies is None else cookies
        trying = asyncio.create_task(self._within_total_time(webhook, overrides, jar))
        trying.add_done_callback(_retrieve)
        return await asyncio.shield(trying)

    async def close(self) -> None:
        await self._client.aclose()

    async def _within_total_time(
        self, webhook: Webhook, overrides: Overrides, jar: httpx2.Cookies
    ) -> Reply:
        try:
            async with asyncio.timeout(overrides.total_ms / 1000):
                await asyncio.sleep(self._faults.slow_webhook_seconds)
                return await self._with_retries(webhook, overrides, jar)
        except TimeoutError as error:
            is_own_limit = overrides.total_ms != Overrides().total_ms
            code = TOTAL_TIMEOUT if is_own_limit else CONNECTION_FAILURE
            raise WebhookFailed(code, "HTTP time-out", webhook.url, "rt") from error

    async def _with_retries(
        self, webhook: Webhook, overrides: Overrides, jar: httpx2.Cookies
    ) -> Reply:
        for tries_left in range(overrides.retries, -1, -1):
            try:
                return await self._with_redirects(webhook, overrides, jar)
            except WebhookFailed as failure:
                log.info("carrier.webhook_failed", code=failure.code, kind=failure.kind)
                if tries_left == 0 or not overrides.may_retry(failure.kind):
                    raise
        raise AssertionError("the loop returns or raises")

    async def _with_redirects(
        self, webhook: Webhook, overrides: Overrides, jar: httpx2.Cookies
    ) -> Reply:
        for _ in range(MAX_REDIRECTS + 1):
            response, body = await self._send(webhook, overrides, jar)
            is_redirect = 300 <= response.status_code < 400
            if not is_redirect or response.status_code == HTTPStatus.NOT_MODIFIED:
                return self._accepted(response, body, webhook)
            webhook = _redirected(webhook, response)
        raise WebhookFailed(TOO_MANY_REDIRECTS, "HTTP too many redirects", webhook.url)

    async def _send(
        self, webhook: Webhook, overrides: Overrides, jar: httpx2.Cookies
    ) -> tuple[httpx2.Response, bytes]:
        try:
            request = self._request(webhook, overrides)
            jar.set_cookie_header(request)
            response = await self._client.send(request, stream=True)
            body = await _read_at_most(response, MAX_BYTES + 1)
        except httpx2.InvalidURL as error:
            raise WebhookFailed(INVALID_URL, "Invalid URL format", webhook.url) from error
        except httpx2.HTTPError as error:
            raise _network_failure(error, webhook.url) from error
        jar.extract_cookies(response)
        return response, body

    def _request(self, webhook: Webhook, overrides: Overrides) -> httpx2.Request:
        url, content = webhook.url, None
        fields = list(webhook.fields.items())
        headers = {
            "User-Agent": "HotlineCarrier/1.0",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": webhook.token,
        }
        if webhook.method == "GET":
            url, fields = _with_query(url, fields), []
            headers |= self._cache.get(url, ({}, None))[0]
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            content = urlencode(fields).encode()
        headers["X-Twilio-Signature"] = sign(self._auth_token, url, fields)
        timeout = httpx2.Timeout(
            overrides.read_ms / 1000, connect=overrides.connect_ms / 1000, pool=None
        )
        return httpx2.Request(
            webhook.method,
            url,
            headers=headers,
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )

    def _accepted(self, response: httpx2.Response, body: bytes, webhook: Webhook) -> Reply:
        url = str(response.request.url)
        if response.status_code == HTTPStatus.NOT_MODIFIED and url in self._cache:
            return self._cache[url][1]
        if not response.is_success:
            kind = f"{response.status_code // 100}xx"
            message = f"Got HTTP {response.status_code} response"
            raise WebhookFailed(RETRIEVAL_FAILURE, message, webhook.url, kind)
        content_type = response.headers.get("content-type")
        reply = Reply(response.status_code, content_type, body, webhook.url)
        if webhook.method == "GET":
            self._remember(url, response, reply)
        return reply

    def _remember(self, url: str, response: httpx2.Response, reply: Reply) -> None:
        """Keep what can be asked for again by ETag or date."""
        conditions = {
            "If-None-Match": response.headers.get("etag"),
            "If-Modified-Since": response.headers.get("last-modified"),
        }
        present = {name: value for name, value in conditions.items() if value}
        if not present:
            return
        self._cache[url] = (present, reply)
        while len(self._cache) > _CACHED_DOCUMENTS:
            self._cache.popitem(last=False)


def _retrieve(task: asyncio.Task[Reply]) -> None:
    """Look at the outcome, so that nobody complains when the asking call has gone."""
    if not task.cancelled():
        task.exception()


def _with_query(url: str, fields: list[tuple[str, str]]) -> str:
    if not fields:
        return url
    return url + ("&" if "?" in url else "?") + urlencode(fields)


def _redirected(webhook: Webhook, response: httpx2.Response) -> Webhook:
    """Four statuses are followed, as documented; only 307 keeps the method and what was posted."""
    status, location = response.status_code, response.headers.get("location", "")
    url = split_overrides(resolve(webhook.url, location))[0] if location else ""
    if not is_webhook_url(url) or status not in _BECOMES_GET | {_KEEPS_METHOD}:
        raise WebhookFailed(INVALID_REDIRECT, "HTTP invalid redirect", webhook.url, "3xx")
    if status == _KEEPS_METHOD:
        return replace(webhook, url=url)
    return replace(webhook, url=url, method="GET", fields={})


async def _read_at_most(response: httpx2.Response, limit: int) -> bytes:
    """Read the body, but never more than could be followed."""
    parts, size = [], 0
    try:
        async for part in response.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size >= limit:
                break
    finally:
        await response.aclose()
    return b"".join(parts)[:limit]


def _network_failure(error: httpx2.HTTPError, url: str) -> WebhookFailed:
    if isinstance(error, httpx2.ReadTimeout):
        return WebhookFailed(CONNECTION_FAILURE, "HTTP read time-out", url, "rt")
    causes = _causes(error)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return WebhookFailed(BAD_HOST, "HTTP bad host name", url, "ct")
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return WebhookFailed(_tls_code(cause), "SSL/TLS handshake error", url, "ct")
    if isinstance(error, _BROKEN_EXCHANGE):
        return WebhookFailed(PROTOCOL_VIOLATION, "HTTP protocol violation", url, "rt")
    kind = "ct" if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) else "rt"
    return WebhookFailed(CONNECTION_FAILURE, "HTTP connection failure", url, kind)


def _tls_code(error: ssl.SSLError) -> int:
    """What is wrong with the certificate, where it is the certificate."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATE_CODES.get(error.verify_code, TLS_FAILURE)
    return TLS_FAILURE


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and len(found) < 8:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found
