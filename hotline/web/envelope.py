"""A request's id, size limit and security headers, as plain ASGI: it costs a few microseconds."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

import structlog

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_JSON_BYTES = 1024 * 1024
_API = "/api/"

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), payment=(), usb=(), microphone=(self)"),
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        b"media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
]
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE = (b"cache-control", b"no-store")


class Envelope:
    """Wraps the whole app. `is_https` says that the public address is, and adds HSTS."""

    def __init__(self, app: App, *, is_https: bool) -> None:
        self.app = app
        self._headers = [*_SECURITY, _HSTS] if is_https else list(_SECURITY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        extra = [*self._headers, (b"x-request-id", request_id.encode())]
        is_api = scope["path"].startswith(_API)

        async def send_sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = [pair for pair in extra if pair[0] not in given]
                if is_api and b"cache-control" not in given:
                    added.append(_NO_STORE)
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, send_sealed)
