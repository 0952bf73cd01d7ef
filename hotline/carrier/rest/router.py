"""Every resource in one router."""

from fastapi import APIRouter, Request

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
from hotline.carrier.rest.route import RestRoute, Switchboard, not_found

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
    raise not_found(request)
