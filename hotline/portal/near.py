"""Which offices are near: by a place that somebody names, or by where a telephone says it is. Pure.

Both are degrees of WGS 84, as those of the directory.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.directory.models import Place
from hotline.portal.catalog import Office
from hotline.portal.district_map import kilometers

MOST = 20
_FARTHEST = 60.0
"""Kilometers from the nearest office: farther away nobody is in the city."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Standpoint:
    """`name` is the place that was understood; empty for a telephone's own."""

    lat: float
    lon: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Nearby:
    office: Office
    kilometers: float

    @property
    def meters(self) -> int:
        """As exactly as the places are known."""
        return max(100, round(self.kilometers * 10) * 100)


def spot_of(fields: Mapping[str, str], places: Iterable[Place]) -> Standpoint | None:
    """What the telephone says comes first; None where nothing is understood."""
    lat, lon = _degrees(fields.get("lat", "")), _degrees(fields.get("lon", ""))
    if lat is not None and lon is not None:
        return Standpoint(lat, lon)
    place = place_named(fields.get("place", ""), places)
    return None if place is None else Standpoint(place.lat, place.lon, place.name)


def place_named(words: str, places: Iterable[Place]) -> Place | None:
    """The place whose name or other name stands in the words; of several the longest name."""
    text = "".join(words.split())
    named = [
        (len(name), place)
        for place in places
        for name in (place.name, *map(str, place.aliases))
        if len(name) >= _SHORTEST and name in text
    ]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def nearest(offices: Iterable[Office], spot: Standpoint) -> tuple[Nearby, ...]:
    """The nearest first; nothing where the spot is not in the city at all."""
    found = [
        Nearby(office, kilometers(office.lat, office.lon, spot.lat, spot.lon))
        for office in offices
        if office.tier == "unit" and office.lat is not None and office.lon is not None
    ]
    found.sort(key=lambda one: (one.kilometers, one.office.key))
    return tuple(found[:MOST]) if found and found[0].kilometers <= _FARTHEST else ()


def _degrees(text: str) -> float | None:
    try:
        value = float(text[:24])
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= 180 else None
