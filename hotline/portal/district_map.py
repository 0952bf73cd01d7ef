"""The sketch of the districts: which of them was pointed at, and what lies near. Pure.

Pixels are those of the picture at the size in which it is shown. The datum of the outlines is
told beside the map; for a sketch it differs little from that of the places.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, hypot, radians

from hotline.directory.models import Place

_KILOMETERS_A_DEGREE = 111.32
_NEAR = 2.5
WIDE = frozenset({"district"})
"""Kinds of places that are too large to say where something is."""

Outline = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """`picture` is a file of the portal; the borders are degrees at the edges of it.

    `lines` is the same picture to be laid over tiles: borders and names alone.
    """

    picture: str
    lines: str
    width: int
    height: int
    datum: str
    west: float
    east: float
    north: float
    south: float
    outlines: Mapping[str, Outline]
    labels: Mapping[str, tuple[float, float]]
    """Where the names of the districts stand."""

    def district_at(self, x: float, y: float) -> str | None:
        return next((name for name, line in self.outlines.items() if _holds(line, x, y)), None)

    def degrees_at(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude."""
        lat = self.north - (self.north - self.south) * y / self.height
        return lat, self.west + (self.east - self.west) * x / self.width

    def pixel_at(self, lat: float, lon: float) -> tuple[float, float]:
        x = (lon - self.west) / (self.east - self.west) * self.width
        return x, (self.north - lat) / (self.north - self.south) * self.height


@dataclass(frozen=True, slots=True)
class Spot:
    """What was pointed at; `near` is the nearest place that has a name, if one is near."""

    district: str
    near: str | None


@cache
def district_map(city_key: str) -> DistrictMap | None:
    """None for a city without a sketch: then the districts are chosen by their names."""
    listing = files("hotline.portal") / "listings" / "district_map.json"
    held = json.loads(listing.read_text(encoding="utf-8")).get(city_key)
    if held is None:
        return None
    outlines = {
        name: [(x, y) for x, y in one["outline"]] for name, one in held["districts"].items()
    }
    labels = {name: (one["at"][0], one["at"][1]) for name, one in held["districts"].items()}
    known = ("picture", "lines", "width", "height", "datum", "west", "east", "north", "south")
    return DistrictMap(**{name: held[name] for name in known}, outlines=outlines, labels=labels)


def pointed_at(fields: Mapping[str, str]) -> tuple[int, int] | None:
    """The pixel, as a browser sends it; a key pressed sends the corner, which is no pixel of it."""
    x, y = fields.get("map.x", ""), fields.get("map.y", "")
    if not (x.isdecimal() and y.isdecimal() and len(x) < 5 and len(y) < 5):
        return None
    return (int(x), int(y)) if int(x) or int(y) else None


def spot_at(sketch: DistrictMap, x: int, y: int, places: Iterable[Place]) -> Spot | None:
    """None beside the city."""
    district = sketch.district_at(x, y)
    if district is None:
        return None
    lat, lon = sketch.degrees_at(x, y)
    own = [one for one in places if one.district == district and one.kind not in WIDE]
    nearest = min(own, key=lambda one: kilometers(one.lat, one.lon, lat, lon), default=None)
    is_near = nearest is not None and kilometers(nearest.lat, nearest.lon, lat, lon) <= _NEAR
    return Spot(district, nearest.name if nearest is not None and is_near else None)


def kilometers(from_lat: float, from_lon: float, lat: float, lon: float) -> float:
    """As the crow flies, within a city."""
    north = (from_lat - lat) * _KILOMETERS_A_DEGREE
    east = (from_lon - lon) * _KILOMETERS_A_DEGREE * cos(radians(lat))
    return hypot(north, east)


def path_of(line: Outline) -> str:
    """As the path of an SVG."""
    return f"M{'L'.join(f'{x:g} {y:g}' for x, y in line)}Z"


def _holds(line: Outline, x: float, y: float) -> bool:
    """Whether the point lies within the outline: a ray to the right crosses it an odd number of
    times.
    """
    is_within = False
    for (x1, y1), (x2, y2) in zip(line, [*line[1:], line[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            is_within = not is_within
    return is_within
