"""Which rows a query asks for; conditions add up. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import cos, hypot, radians

from hotline.errors import InvalidInput
from hotline.opendata.hsds.book import Row
from hotline.opendata.hsds.views import Views

Query = Mapping[str, str]
Condition = Callable[[Row], bool]
_METERS_A_DEGREE = 111_320.0
_SEARCHED = ("name", "alternate_name", "description")


def services(views: Views, query: Query) -> list[Row]:
    return _kept(views.book.of("service"), [_says(query), *_about_service(views, query)])


def organizations(views: Views, query: Query) -> list[Row]:
    return _kept(views.book.of("organization"), [_says(query)])


def locations(views: Views, query: Query) -> list[Row]:
    return _kept(views.book.of("location"), [_says(query), _near(views, query)])


def taxonomies(views: Views, query: Query) -> list[Row]:
    return _kept(views.book.of("taxonomy"), [_says(query)])


def terms(views: Views, query: Query) -> list[Row]:
    taxonomy, parent = query.get("taxonomy_id"), query.get("parent_id")
    conditions: list[Condition | None] = [
        _says(query),
        (lambda row: row.get("taxonomy_id") == taxonomy) if taxonomy else None,
        (lambda row: row.get("parent_id") == parent) if parent else None,
        (lambda row: not views.has_children(str(row["id"]))) if is_on(query, "top_only") else None,
    ]
    return _kept(views.book.of("taxonomy_term"), conditions)


def places(views: Views, query: Query) -> list[Row]:
    """Services at locations: by the service, and by how near the location is."""
    wanted = {str(row["id"]) for row in services(views, query)}
    near = _near(views, query)

    def is_near(row: Row) -> bool:
        location = views.row("location", str(row["location_id"]))
        return near is None or (location is not None and near(location))

    rows = views.book.of("service_at_location")
    return [row for row in rows if row["service_id"] in wanted and is_near(row)]


def is_on(query: Query, name: str) -> bool:
    return query.get(name, "").lower() in ("true", "1")


def _about_service(views: Views, query: Query) -> Sequence[Condition | None]:
    term, owner = query.get("taxonomy_term_id"), query.get("organization_id")
    return [
        (lambda row: term in views.term_ids(str(row["id"]))) if term else None,
        _of_taxonomy(views, query.get("taxonomy_id")),
        (lambda row: row["organization_id"] == owner) if owner else None,
        _modified_after(query.get("modified_after")),
    ]


def _of_taxonomy(views: Views, taxonomy_id: str | None) -> Condition | None:
    if not taxonomy_id:
        return None
    rows = views.book.of("taxonomy_term")
    own = {str(row["id"]) for row in rows if row.get("taxonomy_id") == taxonomy_id}
    return lambda row: not own.isdisjoint(views.term_ids(str(row["id"])))


def _modified_after(text: str | None) -> Condition | None:
    if not text:
        return None
    try:
        since = datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        raise InvalidInput(errors=[{"field": "modified_after", "message": "应为时间"}]) from None
    return lambda row: str(row.get("last_modified", ""))[:10] >= since


def _says(query: Query) -> Condition | None:
    words = query.get("search", "").lower().split()
    if not words:
        return None

    def says(row: Row) -> bool:
        text = " ".join(str(row.get(column, "")) for column in _SEARCHED).lower()
        return all(word in text for word in words)

    return says


def _near(views: Views, query: Query) -> Condition | None:
    """By postal code; with `proximity`, within that many meters of the middle of its locations."""
    code = query.get("postcode")
    if not code:
        return None
    inside = [
        row
        for row in views.book.of("location")
        if any(one["postal_code"] == code for one in views.addresses(str(row["id"])))
    ]
    if not query.get("proximity"):
        ids = {row["id"] for row in inside}
        return lambda row: row["id"] in ids
    return _within(inside, _meters(query["proximity"]))


def _within(inside: Sequence[Row], meters: float) -> Condition:
    spots = [(float(row["latitude"]), float(row["longitude"])) for row in inside if _has_spot(row)]
    if not spots:
        return lambda _row: False
    lat = sum(spot[0] for spot in spots) / len(spots)
    lon = sum(spot[1] for spot in spots) / len(spots)

    def near(row: Row) -> bool:
        if not _has_spot(row):
            return False
        east = (float(row["longitude"]) - lon) * cos(radians(lat))
        return hypot(float(row["latitude"]) - lat, east) * _METERS_A_DEGREE <= meters

    return near


def _has_spot(row: Row) -> bool:
    return "latitude" in row and "longitude" in row


def _meters(text: str) -> float:
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise InvalidInput(errors=[{"field": "proximity", "message": "应为米数"}])
    return float(text)


def _kept(rows: Sequence[Row], conditions: Sequence[Condition | None]) -> list[Row]:
    asked = [condition for condition in conditions if condition is not None]
    return [row for row in rows if all(condition(row) for condition in asked)]
