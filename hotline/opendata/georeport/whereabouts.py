"""Which place a request is about: by words, by a place's name, by coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

from hotline.directory.models import Place
from hotline.opendata.georeport.arguments import Arguments, coordinate
from hotline.opendata.georeport.faults import Refused, unfit

_METERS_A_DEGREE = 111_320.0
_FARTHEST = 30_000.0
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """`words` is what a unit reads to find it; `district` where the place tells it."""

    words: str
    district: str | None = None
    lat: float | None = None
    lon: float | None = None
    address_id: str | None = None


def whereabouts(arguments: Arguments, places: Sequence[Place]) -> Whereabouts:
    """One of lat and long, address_string, address_id must be there; all that are there count."""
    lat, lon = coordinate(arguments, "lat", 90), coordinate(arguments, "long", 180)
    if (lat is None) != (lon is None):
        raise unfit("lat 和 long 要一起给（lat and long must be sent together）。")
    words = arguments.get("address_string")[:_LONGEST]
    named = _named(arguments.get("address_id"), places)
    near = _nearest(lat, lon, places) if lat is not None and lon is not None else None
    if not (words or named or near):
        raise _nowhere()
    place = named or near
    return Whereabouts(
        words=words or (named.name if named else _near_words(near, lat, lon)),
        district=place.district if place else None,
        lat=lat,
        lon=lon,
        address_id=named.name if named else None,
    )


def _nowhere() -> Refused:
    return unfit(
        "需要 lat 和 long、address_string、address_id 之一"
        "（a location parameter was not provided）。"
    )


def _named(name: str, places: Sequence[Place]) -> Place | None:
    if not name:
        return None
    found = next((place for place in places if name in (place.name, *place.aliases)), None)
    if found is None:
        raise unfit("address_id 不是本市地名库里的名称（address_id is not a known place）。")
    return found


def _nearest(lat: float, lon: float, places: Sequence[Place]) -> Place | None:
    """A place of the city within a day's walk; what lies farther is another city's."""
    near = min(places, key=lambda place: _meters(lat, lon, place), default=None)
    if near is None or _meters(lat, lon, near) > _FARTHEST:
        raise unfit("坐标不在本市（the location is outside of this jurisdiction）。")
    return near


def _meters(lat: float, lon: float, place: Place) -> float:
    """Plane geometry is exact enough within a city."""
    east = (place.lon - lon) * cos(radians(lat))
    return hypot(place.lat - lat, east) * _METERS_A_DEGREE


def _near_words(near: Place | None, lat: float | None, lon: float | None) -> str:
    return f"{near.name}附近（{lat}，{lon}）" if near else ""
