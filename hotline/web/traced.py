"""A span for every request, under its route's template; mounted only where traces are on."""

from hotline import tracing
from hotline.web.asgi import App, Receive, Scope, Send

_OUTSIDE = "(none)"


class Traced:
    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not tracing.is_on():
            await self._app(scope, receive, send)
            return
        with tracing.span(f"{scope['method']} {_OUTSIDE}") as span:
            try:
                await self._app(scope, receive, send)
            finally:
                route = getattr(scope.get("route"), "path", _OUTSIDE)
                if span is not None:
                    span.update_name(f"{scope['method']} {route}")
                    span.set_attribute("http.route", route)
