"""Every resource in one router."""

from fastapi import APIRouter, Request
from starlette.routing import Match

from hotline.carrier.rest import (
    accounts,
    calls,
    conferences,
    messages,
    numbers,
    participants,
    queues,
    recordings,
)
from hotline.carrier.rest.route import RestError, RestRoute, Switchboard, not_found

_RESOURCES = (
    accounts,
    calls,
    queues,
    conferences,
    participants,
    messages,
    recordings,
    numbers,
)
_METHOD_NOT_ALLOWED = 20004
_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def create_rest_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for resource in _RESOURCES:
        router.include_router(resource.router)
    router.include_router(_rest)
    return router


_rest = APIRouter(route_class=RestRoute, include_in_schema=False)


@_rest.api_route("/2010-04-01/{rest:path}", methods=_METHODS)
async def unknown_resource(exchange: Switchboard, request: Request) -> None:
    """What the carrier does not have is not found, in the documented shape."""
    if _is_known(request):
        raise RestError(405, _METHOD_NOT_ALLOWED, "Method not allowed")
    raise not_found(request)


def _is_known(request: Request) -> bool:
    """Is there such a resource, only not by this method?"""
    return any(
        route.matches(request.scope)[0] is Match.PARTIAL
        for resource in _RESOURCES
        for route in resource.router.routes
    )
