"""Offices near a place. Where somebody is stands in no address and is kept nowhere."""

from fastapi import APIRouter, Response

from hotline.directory import queries as directory
from hotline.portal.arriving import Arrived
from hotline.portal.city_map import city_map
from hotline.portal.district_map import district_map
from hotline.portal.near import Nearby, Standpoint, nearest, spot_of
from hotline.portal.posting import OwnPost
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

PAGE = "/near"
_LONGEST = 100


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def begin_near(visit: Arrived) -> Response:
    return _page(visit, "")


@router.post(PAGE)
async def show_near(visit: Arrived, posted: OwnPost) -> Response:
    fields = {name: value[:_LONGEST] for name, value in posted.fields.items()}
    async with visit.request.state.database.transaction() as session:
        places = await directory.places(session, visit.catalog.city_id)
    spot = spot_of(fields, places)
    found = nearest(visit.catalog.offices.values(), spot) if spot else ()
    place = fields.get("place", "")
    if spot is None:
        return _page(visit, place, fault="near.fault.place")
    if not found:
        return _page(visit, place, fault="near.fault.far")
    return _page(visit, place, spot=spot, found=found)


def _page(
    visit: Visit,
    place: str,
    *,
    spot: Standpoint | None = None,
    found: tuple[Nearby, ...] = (),
    fault: str | None = None,
) -> Response:
    sketch = district_map(visit.catalog.city.key)
    return visit.own(
        "near.html",
        status=422 if fault else 200,
        place=place,
        places=visit.place_names,
        spot=spot,
        found=found,
        map=city_map(sketch, spot, found, visit.tiles) if sketch and spot and found else None,
        faults={"place": fault} if fault else {},
    )
