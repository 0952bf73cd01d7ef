"""Routers are only asked about addresses that begin as one of their own does.

Routes are tried one after another, hundreds of them, and those of the carrier come last: to find
them took milliseconds for every request. A path that is none of a router's plain ones, and does not
begin as one with parameters does, is nothing for it, and that is seen in a moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from fastapi import FastAPI
from starlette.routing import Match
from starlette.types import Scope

Matched = tuple[Match, Scope]
_NOTHING: Matched = (Match.NONE, {})


class _Asked(Protocol):
    def __call__(self, scope: Scope, /) -> Matched: ...


@dataclass(frozen=True, slots=True)
class Gate:
    """`plain` paths have no parameter; `begun` is what others begin with, up to their first."""

    plain: frozenset[str]
    begun: tuple[str, ...]
    ask: _Asked

    @classmethod
    def of(cls, paths: Iterable[str], ask: _Asked) -> "Gate":
        paths = set(paths)
        plain = frozenset(path for path in paths if "{" not in path)
        return cls(plain, _shortest(path.partition("{")[0] for path in paths - plain), ask)

    def __call__(self, scope: Scope, /) -> Matched:
        path = scope["path"]
        is_for_it = path in self.plain or path.startswith(self.begun) or scope.get("root_path")
        return self.ask(scope) if is_for_it else _NOTHING


def gate(app: FastAPI) -> None:
    """To be called once all routers are included; what answers an address stays the same."""
    for route in cast("list[Any]", app.router.routes):
        is_router = hasattr(route, "effective_route_contexts")
        if is_router and not isinstance(route.matches, Gate):
            paths = (_path_of(context) for context in route.effective_route_contexts())
            route.matches = Gate.of(paths, route.matches)


def _shortest(beginnings: Iterable[str]) -> tuple[str, ...]:
    """None that another one begins."""
    kept: list[str] = []
    for beginning in sorted(set(beginnings)):
        if not kept or not beginning.startswith(kept[-1]):
            kept.append(beginning)
    return tuple(kept)


def _path_of(context: Any) -> str:
    return str(context.path or getattr(context.starlette_route, "path", ""))
