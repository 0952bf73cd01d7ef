"""Two names for one service: residents' pages under one, staff under the other.

A fault of a page that everybody may write to then reaches no cookie and no page of the staff. What
does not belong to a name is not there. Networks and probes use the name of the residents' pages.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse

from hotline.errors import NotFound
from hotline.web.asgi import App, Receive, Scope, Send
from hotline.web.problems import problem

_STAFF = ("/console", "/api", "/sso")
# Telephones of the embedded carrier: residents' and agents'.
_BOTH = ("/carrier",)


class Hosts:
    """Wraps the app; `staff` is host (and port) of the console as browsers send it."""

    def __init__(self, app: App, *, staff: str) -> None:
        self.app = app
        self._staff = staff.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        is_staff = Headers(scope=scope).get("host", "").lower() == self._staff
        if is_staff is is_under(_STAFF, scope["path"]) or is_under(_BOTH, scope["path"]):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif is_staff and scope["path"] == "/":
            await RedirectResponse("/console/", 307)(scope, receive, send)
        else:
            refusal = problem(Request(scope), 404, NotFound.code, NotFound.detail)
            await refusal(scope, receive, send)


def is_under(folders: Sequence[str], path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in folders)
