"""Addresses of HSDS 3.0. Everything is public, read-only, and made from the directory in memory."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from hotline import clock
from hotline.errors import InvalidInput, NotFound
from hotline.opendata.hsds import filters
from hotline.opendata.hsds.book import Row, book_of
from hotline.opendata.hsds.openapi import described
from hotline.opendata.hsds.package import csv_text, descriptor_text, zipped
from hotline.opendata.hsds.paging import MOST, asked_slice, page_of
from hotline.opendata.hsds.tables import tables
from hotline.opendata.hsds.views import View, Views
from hotline.portal.arriving import Arrived
from hotline.portal.catalog import Catalog
from hotline.portal.render import Page
from hotline.portal.visit import Visit

router = APIRouter(include_in_schema=False)

VERSION = "3.0"
_READ = ["GET", "HEAD"]
_JSON = "application/json; charset=utf-8"
_LINES = "application/x-ndjson; charset=utf-8"
Shown = Callable[[Views, Row, Mapping[str, str]], View]


@dataclass(frozen=True, slots=True)
class Collection:
    """How rows of a table are found and shown, in a list and by themselves."""

    table: str
    found: Callable[[Views, Mapping[str, str]], list[Row]]
    listed: Shown
    full: Shown


def _plain(_views: Views, row: Row, _query: Mapping[str, str]) -> View:
    return dict(row)


def _organization(views: Views, row: Row, query: Mapping[str, str]) -> View:
    is_long = filters.is_on(query, "full_service")
    return views.full_organization(row, has_full_services=is_long)


COLLECTIONS: Mapping[str, Collection] = {
    "services": Collection(
        "service",
        filters.services,
        lambda views, row, _query: views.listed_service(row),
        lambda views, row, _query: views.full_service(row),
    ),
    "organizations": Collection("organization", filters.organizations, _plain, _organization),
    "locations": Collection(
        "location",
        filters.locations,
        _plain,
        lambda views, row, _query: views.full_location(row),
    ),
    "service_at_locations": Collection(
        "service_at_location",
        filters.places,
        lambda views, row, _query: views.listed_place(row),
        lambda views, row, _query: views.full_place(row),
    ),
    "taxonomies": Collection("taxonomy", filters.taxonomies, _plain, _plain),
    "taxonomy_terms": Collection("taxonomy_term", filters.terms, _plain, _plain),
}


@dataclass(slots=True)
class Library:
    """The book of the day: written anew when the directory is, and when a paper may have lapsed."""

    _catalog: Catalog | None = None
    _on: date | None = None
    _views: Views | None = None
    _zip: bytes | None = None
    _title: str = field(default="")

    def views(self, visit: Visit) -> Views:
        today = clock.local(visit.moment).date()
        if self._views is None or self._catalog is not visit.catalog or self._on != today:
            address = visit.request.state.settings.address
            self._views = Views(book_of(visit.catalog, visit.moment, address))
            self._catalog, self._on, self._zip = visit.catalog, today, None
        return self._views

    def package(self, visit: Visit) -> bytes:
        views = self.views(visit)
        if self._zip is None:
            self._zip = zipped(views.book, title=title_of(visit))
        return self._zip


@router.api_route("/hsds", methods=_READ)
@router.api_route("/hsds/", methods=_READ)
async def show_version(visit: Arrived) -> Response:
    address = visit.request.state.settings.address
    return _answer(
        visit,
        {
            "version": VERSION,
            "profile": f"{address}/hsds/profile",
            "openapi_url": f"{address}/hsds/openapi.json",
            "datapackage_url": f"{address}/hsds/datapackage.zip",
        },
    )


@router.api_route("/hsds/profile", methods=_READ)
async def show_profile(visit: Arrived) -> Response:
    """We follow the standard itself: nothing is added to it, nothing is left out that it needs."""
    return _answer(visit, {"name": title_of(visit), "version": VERSION, "extends": None})


@router.api_route("/hsds/openapi.json", methods=_READ)
async def show_description(visit: Arrived) -> Response:
    return _answer(visit, described(visit.request.state.settings.address, title_of(visit)))


@router.api_route("/hsds/datapackage.zip", methods=_READ)
async def send_package(visit: Arrived) -> Response:
    content = _library(visit).package(visit)
    headers = {
        "Content-Disposition": 'attachment; filename="hsds-datapackage.zip"',
        "Cache-Control": "public, max-age=300",
    }
    return Response(content, headers=headers, media_type="application/zip")


@router.api_route("/hsds/datapackage.json", methods=_READ)
async def show_descriptor(visit: Arrived) -> Response:
    return _public(
        Page.of(descriptor_text(title_of(visit)), media_type=_JSON).answer(visit.request)
    )


@router.api_route("/hsds/{file}.csv", methods=_READ)
async def show_file(visit: Arrived, file: str) -> Response:
    table = next((one for one in tables().values() if one.file == f"{file}.csv"), None)
    if table is None:
        raise NotFound
    text = csv_text(_library(visit).views(visit).book, table)
    return _public(Page.of(text, media_type="text/csv; charset=utf-8").answer(visit.request))


@router.api_route("/hsds/{name}", methods=_READ)
async def list_rows(visit: Arrived, name: str) -> Response:
    collection = COLLECTIONS.get(name)
    if collection is None:
        raise NotFound
    query, views = visit.request.query_params, _library(visit).views(visit)
    shown = collection.full if filters.is_on(query, "full") else collection.listed
    found = collection.found(views, query)
    written = query.get("format", "json")
    if written == "ndjson":
        return _lines(visit, (shown(views, row, query) for row in found))
    if written != "json":
        raise InvalidInput(errors=[{"field": "format", "message": "json 或 ndjson"}])
    if name == "services" and filters.is_on(query, "minimal"):
        return _minimal_page(visit, found)
    envelope, rows = page_of(found, asked_slice(query))
    return _answer(visit, {**envelope, "contents": [shown(views, row, query) for row in rows]})


@router.api_route("/hsds/{name}/{row_id}", methods=_READ)
async def show_row(visit: Arrived, name: str, row_id: str) -> Response:
    collection, views = COLLECTIONS.get(name), _library(visit).views(visit)
    row = views.row(collection.table, row_id.lower()) if collection else None
    if collection is None or row is None:
        raise NotFound
    return _answer(visit, collection.full(views, row, visit.request.query_params))


def title_of(visit: Visit) -> str:
    return f"{visit.catalog.city.name}政务和便民服务（HSDS {VERSION}）"


def _minimal_page(visit: Visit, found: list[Row]) -> Response:
    """Ids and days, all on one page where they fit."""
    envelope, rows = page_of(found, asked_slice(visit.request.query_params, usual=MOST))
    shown = [{"id": row["id"], "modified_date": row.get("last_modified", "")} for row in rows]
    return _answer(visit, {**envelope, "contents": shown})


def _library(visit: Visit) -> Library:
    state = visit.request.app.state
    if not hasattr(state, "hsds_library"):
        state.hsds_library = Library()
    library: Library = state.hsds_library
    return library


def _answer(visit: Visit, value: Any) -> Response:
    text = json.dumps(value, ensure_ascii=False)
    return _public(Page.of(text, media_type=_JSON).answer(visit.request))


def _lines(visit: Visit, rows: Iterable[View]) -> Response:
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    return _public(Page.of(text, media_type=_LINES).answer(visit.request))


def _public(response: Response) -> Response:
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
