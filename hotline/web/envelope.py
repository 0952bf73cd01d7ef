"""What a request gets before anything else sees it, as plain ASGI: it costs a few microseconds.

An id, its true sender, a share of the quota, a longest body; and its answer the security headers.
"""

from collections.abc import Sequence
from time import monotonic
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from hotline.accounts.auth import COOKIE
from hotline.accounts.loopback import is_loopback
from hotline.audit.whence import whence
from hotline.errors import InvalidInput, NotFound
from hotline.telephony.browser_phones import SIGNALS, SOUNDS
from hotline.web.asgi import App, Message, Receive, Scope, Send
from hotline.web.body_limit import is_too_long, limit_of, limited
from hotline.web.problems import bug, problem
from hotline.web.quota import Quota
from hotline.web.visitor import Network, came_in_clear, visitor_of

_API = "/api/"
_CALLS = "/telephony/"
_CONSOLE = "/console"

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), payment=(), usb=(), geolocation=(self), microphone=(self)",
    ),
]
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:{pictures}; media-src 'self' blob:{sounds}; "
    "connect-src 'self'{signals}; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_NO_STORE = (b"cache-control", b"no-store")


class Envelope:
    """Wraps the whole app. `is_https` says that the public address is, and adds HSTS.

    `has_browser_phones`: the console may speak with the telephone network, and with nobody else.
    `pictures`: the one other origin that residents' pages may show pictures of: tiles of maps.
    """

    def __init__(
        self, app: App, *, is_https: bool, proxies: Sequence[Network] = (),
        quota: Quota | None = None, has_browser_phones: bool = False, pictures: str = "",
    ) -> None:  # fmt: skip
        self.app = app
        self._is_https = is_https
        self._headers = [*_SECURITY, _HSTS] if is_https else list(_SECURITY)
        self._policy = _policy()
        self._console_policy = _policy(has_browser_phones=has_browser_phones)
        self._page_policy = _policy(pictures=pictures)
        self._proxies = proxies
        self._quota = quota or Quota()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        is_in_clear = self._is_https and came_in_clear(scope, self._proxies)
        self._name_visitor(scope)
        if scope["type"] == "websocket":
            if is_in_clear or not self._may_pass(scope):
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        request_id = uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        sealed = self._sealing(scope, send, request_id)
        headers = Headers(scope=scope)
        refusal = _no_tls(scope) if is_in_clear else self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, sealed)
            return
        await self._answer(scope, limited(receive, limit_of(headers)), sealed)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A bug is answered here, since Starlette's own net hangs outside and knows no headers."""
        has_begun = False

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except Exception as error:
            if has_begun:
                raise
            refusal = await bug(Request(scope), error)
            await refusal(scope, receive, send)

    def _name_visitor(self, scope: Scope) -> None:
        """From here on `client` is who asks; only a listed proxy may say that it is another."""
        if scope.get("client"):
            peer, port = scope["client"]
            scope["client"] = (visitor_of(peer, scope["headers"], self._proxies), port)
            whence.set(scope["client"][0])

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Too many, too long, or with a NUL in the address, which nothing keeps under any name."""
        if not self._may_pass(scope):
            answer = problem(Request(scope), 429, "too_many_requests", "请求过于频繁，请稍后再试。")
            answer.headers["retry-after"] = "5"
            return answer
        if "\0" in scope["path"]:
            return problem(Request(scope), 404, NotFound.code, NotFound.detail)
        if b"%00" in scope["query_string"] and scope["path"].startswith(_API):
            return problem(Request(scope), 422, InvalidInput.code, InvalidInput.detail)
        if is_too_long(headers):
            return problem(Request(scope), 413, "too_large", "内容过大。")
        return None

    def _may_pass(self, scope: Scope) -> bool:
        """Calls have their own limit, and this very machine (probes, benchmarks) has none."""
        connection = HTTPConnection(scope)
        if scope["path"].startswith(_CALLS) or is_loopback(connection):
            return True
        address = connection.client.host if connection.client else ""
        cookies = connection.cookies
        session = cookies.get(f"__Host-{COOKIE}") or cookies.get(COOKIE)
        return self._quota.may_pass(address, session, monotonic())

    def _sealing(self, scope: Scope, send: Send, request_id: str) -> Send:
        is_api = scope["path"].startswith(_API)
        host = Headers(scope=scope).get("host", "").encode("latin-1")
        policy = self._policy if is_api else self._policy_of_page(scope["path"])
        extra = [*self._headers, policy, (b"x-request-id", request_id.encode())]

        async def send_sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [_here(pair, host) for pair in message["headers"]]
                added = [pair for pair in extra if pair[0] not in given]
                if is_api and b"cache-control" not in given:
                    added.append(_NO_STORE)
                message["headers"] = [*message["headers"], *added]
            await send(message)

        return send_sealed

    def _policy_of_page(self, path: str) -> tuple[bytes, bytes]:
        return self._console_policy if path.startswith(_CONSOLE) else self._page_policy


def _here(pair: tuple[bytes, bytes], host: bytes) -> tuple[bytes, bytes]:
    """A way on to an address of our own is told without its host: that is whatever a request says,
    and what stands before it is not what the browser speaks where a proxy ends TLS.
    """
    name, value = pair
    scheme, mark, place = value.partition(b"://")
    is_own = name == b"location" and mark and scheme in (b"http", b"https") and host
    if not is_own or not place.startswith(host + b"/"):
        return pair
    return name, b"/" + place.removeprefix(host).lstrip(b"/")


def _policy(*, has_browser_phones: bool = False, pictures: str = "") -> tuple[bytes, bytes]:
    sounds = f" mediastream: {SOUNDS}" if has_browser_phones else ""
    signals = f" {SIGNALS} {SOUNDS}" if has_browser_phones else ""
    shown = f" {pictures}" if pictures else ""
    text = _POLICY.format(sounds=sounds, signals=signals, pictures=shown)
    return b"content-security-policy", text.encode()


def _no_tls(scope: Scope) -> Response:
    """Refused and never redirected: what came in clear was readable on its way (RFC 9325)."""
    says = "请用 https 访问；如有反向代理，请将其列为可信代理。"
    return problem(Request(scope), 403, "https_needed", says)
