"""A node that goes away: the balancer is told, sockets move on, answers end their connections."""

from collections.abc import Callable

from hotline.web.asgi import App, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")


class Departure:
    """`begin()` is called once, some seconds before the process stops taking connections."""

    def __init__(self) -> None:
        self.is_under_way = False
        self._followers: list[Callable[[], None]] = []

    def then(self, follower: Callable[[], None]) -> None:
        self._followers.append(follower)

    def begin(self) -> None:
        self.is_under_way = True
        for follower in self._followers:
            follower()


class Departing:
    """From its beginning on no connection is kept for a next request, and no socket opens."""

    def __init__(self, app: App, *, departure: Departure) -> None:
        self.app = app
        self._departure = departure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._departure.is_under_way or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1012})
            return

        async def send_last(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _CLOSE]
            await send(message)

        await self.app(scope, receive, send_last)
