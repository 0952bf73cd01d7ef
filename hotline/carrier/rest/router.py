"""Every resource in one router."""

from fastapi import APIRouter, Request, Response
from starlette.routing import BaseRoute, Match

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
from hotline.carrier.rest.representations import Representation, refused, represented
from hotline.carrier.rest.route import RestError, RestRoute, authorized, not_found

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


_PREFIX = "/2010-04-01"


def create_rest_router() -> APIRouter:
    """Named endings other than JSON first: a recording without one, or with its own, is sound."""
    router = APIRouter(include_in_schema=False)
    router.include_router(_endings)
    for resource in _RESOURCES:
        router.include_router(resource.router)
    router.include_router(_rest)
    return router


_endings = APIRouter(route_class=RestRoute, include_in_schema=False)
_rest = APIRouter(route_class=RestRoute, include_in_schema=False)


@_endings.api_route(_PREFIX + "/{stem:path}.xml", methods=_METHODS)
async def resource_as_xml(request: Request, stem: str) -> Response:
    return await _in_other_words(request, f"{_PREFIX}/{stem}", Representation.XML)


@_endings.api_route(_PREFIX + "/{stem:path}.csv", methods=_METHODS)
async def resource_as_csv(request: Request, stem: str) -> Response:
    return await _in_other_words(request, f"{_PREFIX}/{stem}", Representation.CSV)


@_rest.api_route(_PREFIX + "/{rest:path}", methods=_METHODS)
async def other_resource(request: Request) -> Response:
    """Without an ending a resource is XML. What the carrier does not have is not found."""
    return await _in_other_words(request, request.url.path, Representation.XML)


async def _in_other_words(request: Request, stem: str, wanted: Representation) -> Response:
    found = await represented(request, _routes(), stem, wanted)
    if found is not None:
        return found
    try:
        await authorized(request)
        raise _missing(request, stem)
    except RestError as error:
        if stem.endswith(".json"):
            raise
        return refused(error, wanted)


def _missing(request: Request, stem: str) -> RestError:
    """There is no such resource, or none by this method."""
    scopes = [{**request.scope, "path": path} for path in (request.url.path, f"{stem}.json")]
    if any(route.matches(scope)[0] is Match.PARTIAL for scope in scopes for route in _routes()):
        return RestError(405, _METHOD_NOT_ALLOWED, "Method not allowed")
    return not_found(request)


def _routes() -> list[BaseRoute]:
    return [route for resource in _RESOURCES for route in resource.router.routes]
