"""Addresses of GeoReport v2. Every answer, a refusal too, is in the format that was asked for."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import HotlineError
from hotline.opendata.georeport import asking, sending
from hotline.opendata.georeport.arguments import Arguments, storable
from hotline.opendata.georeport.documents import Format, chosen_format, split_format
from hotline.opendata.georeport.exchange import Exchange, open_door
from hotline.opendata.georeport.faults import Fault, Refused, not_found, unfit
from hotline.portal.arriving import Arrived
from hotline.portal.forms import read_posted
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

_READ = ["GET", "HEAD"]
Asked = Callable[[Exchange, AsyncSession], Awaitable[Response]]
AskedFor = Callable[[Exchange, AsyncSession, str], Awaitable[Response]]

_LISTS: Mapping[str, Asked] = {
    "discovery": asking.discovery,
    "services": asking.services,
    "requests": asking.requests,
    "servicerequestupdates": asking.updates,
}
_SINGLES: Mapping[str, AskedFor] = {
    "services": asking.definition,
    "requests": asking.request,
    "tokens": asking.token,
}


@router.api_route("/open311/{resource}", methods=_READ)
async def discover(visit: Arrived, resource: str) -> Response:
    """Discovery stands above the versions."""
    name, suffix = split_format(resource)
    lists = {"discovery": asking.discovery} if name == "discovery" else {}
    return await _ask(visit, suffix, lists.get(name))


@router.api_route("/open311/v2/{resource}", methods=_READ)
async def list_resource(visit: Arrived, resource: str) -> Response:
    name, suffix = split_format(resource)
    return await _ask(visit, suffix, _LISTS.get(name))


@router.api_route("/open311/v2/{resource}/{identifier}", methods=_READ)
async def show_resource(visit: Arrived, resource: str, identifier: str) -> Response:
    name, suffix = split_format(identifier)
    asked = _SINGLES.get(resource)

    async def ask(exchange: Exchange, session: AsyncSession) -> Response:
        assert asked is not None
        if not name.isprintable():  # nothing has such a number, and the database takes none
            raise not_found(resource)
        return await asked(exchange, session, name)

    return await _ask(visit, suffix, ask if asked else None)


@router.post("/open311/v2/{resource}")
async def post_resource(visit: Arrived, resource: str) -> Response:
    name, suffix = split_format(resource)
    exchange = _exchange(visit, suffix, Arguments())
    try:
        _require_format(suffix)
        posted = await read_posted(visit.request)
        exchange = _exchange(visit, suffix, Arguments(posted.pairs))
        if name == "requests":
            return await sending.request(exchange, posted.files)
        if name == "servicerequestupdates":
            return await sending.update(exchange)
        raise not_found("resource")
    except Refused as refused:
        return exchange.refuse(*refused.faults)
    except HotlineError as error:
        return exchange.refuse(_fault_of(error))


async def _ask(visit: Visit, suffix: str | None, asked: Asked | None) -> Response:
    arguments = Arguments(storable(visit.request.query_params.multi_items()))
    exchange = _exchange(visit, suffix, arguments)
    try:
        _require_format(suffix)
        if asked is None:
            raise not_found("resource")
        async with visit.request.state.database.transaction() as session:
            return await asked(exchange, session)
    except Refused as refused:
        return exchange.refuse(*refused.faults)
    except HotlineError as error:
        return exchange.refuse(_fault_of(error))


def _exchange(visit: Visit, suffix: str | None, arguments: Arguments) -> Exchange:
    accept = visit.request.headers.get("accept", "")
    as_format = chosen_format(suffix, accept) or Format.XML
    return Exchange(visit, open_door(visit.request), as_format, arguments)


def _require_format(suffix: str | None) -> None:
    if chosen_format(suffix, "") is None:
        raise unfit("只提供 xml 和 json（formats are xml and json）。")


def _fault_of(error: HotlineError) -> Fault:
    """The specification knows 404 and 403; whatever else cannot be done is 400."""
    return Fault(error.status if error.status in (403, 404) else 400, error.message)
