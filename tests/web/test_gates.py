"""Gates before routers: nothing is answered by another route than without them."""

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Match

from hotline.main import create_app
from hotline.settings import Settings
from hotline.web.gates import Gate
from hotline.web.problems import _methods_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    settings = Settings(data_dir=tmp_path_factory.mktemp("gates"))
    return create_app(settings, "postgresql://nobody", with_worker=False)


def first_of(app: FastAPI, path: str, method: str, *, gated: bool) -> Any:
    """The place of the first router with a route for the path, and how well it fits."""
    scope = {"type": "http", "path": path, "method": method, "headers": [], "app": app}
    for place, route in enumerate(app.router.routes):
        ask: Any = route.matches
        if not gated and isinstance(ask, Gate):
            ask = ask.ask
        match, _ = ask(dict(scope))
        if match is not Match.NONE:
            return place, match
    return None


def test_every_route_is_found_as_without_gates(app: FastAPI) -> None:
    gates = [route.matches for route in app.router.routes if isinstance(route.matches, Gate)]
    assert len(gates) > 40
    paths = {path for gate in gates for path in gate.plain}
    paths |= {beginning + rest for gate in gates for beginning in gate.begun
              for rest in ("", "1", "1/2", "1/comments", "a/b/c.json")}  # fmt: skip
    for path in sorted(paths):
        for method in METHODS:
            with_gates = first_of(app, path, method, gated=True)
            assert with_gates == first_of(app, path, method, gated=False), path


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1", "/telephony", "/services", "//", ""])
def test_what_nobody_serves_is_found_as_without_gates(app: FastAPI, path: str) -> None:
    for method in METHODS:
        assert first_of(app, path, method, gated=True) == first_of(app, path, method, gated=False)


def test_a_router_is_not_asked_about_paths_of_others() -> None:
    asked: list[str] = []

    def ask(scope: Any) -> Any:
        asked.append(scope["path"])
        return Match.FULL, {}

    gate = Gate.of(["/", "/tickets", "/tickets/{ticket_id}/notes", "/r/{token}"], ask)
    for path in ("/", "/tickets", "/tickets/7", "/ticket", "/telephony/turn", "/r/x"):
        gate({"type": "http", "path": path})
    assert asked == ["/", "/tickets", "/tickets/7", "/r/x"]


def test_what_a_path_does_take_is_told(app: FastAPI) -> None:
    request = Request({"type": "http", "path": "/api/v1/sessions/current", "method": "PATCH",
                       "headers": [], "app": app})  # fmt: skip
    assert _methods_of(request) == {"DELETE"}
    tickets = Request({"type": "http", "path": "/api/v1/tickets", "method": "PATCH",
                       "headers": [], "app": app})  # fmt: skip
    assert _methods_of(tickets) == {"GET", "POST"}
