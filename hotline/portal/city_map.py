"""The whole city with a place and the offices near it, over tiles where there are some. Pure.

Never a piece of it: which tiles are asked for would tell their server where somebody is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.portal.datum import shifted
from hotline.portal.district_map import DistrictMap, path_of
from hotline.portal.near import Nearby, Standpoint
from hotline.portal.office_map import placed_names
from hotline.portal.tiles import Laid, TileServer, under_sketch
from hotline.settings import Datum

_SCALE = 1.6
"""How much larger than the sketch it is shown, as the style sheet has it."""
Pixel = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CityMap:
    sketch: DistrictMap
    tiles: tuple[Laid, ...]
    here: tuple[Pixel, ...]
    """Where the place is; empty where it lies beside the sketch."""
    offices: tuple[Pixel, ...]

    @property
    def paths(self) -> list[str]:
        return [path_of(line) for line in self.sketch.outlines.values()]

    @property
    def names(self) -> list[tuple[str, float, float]]:
        x, y = self.here[0] if self.here else (-self.sketch.width, -self.sketch.height)
        return list(placed_names(self.sketch, x, y))


def city_map(
    sketch: DistrictMap, spot: Standpoint, found: Iterable[Nearby], server: TileServer | None
) -> CityMap:
    offices = [one.office for one in found]
    return CityMap(
        sketch,
        under_sketch(sketch, server, scale=_SCALE) if server else (),
        _marks(sketch, [(spot.lat, spot.lon)]),
        _marks(sketch, [(one.lat, one.lon) for one in offices if one.lat and one.lon]),
    )


def _marks(sketch: DistrictMap, places: Iterable[tuple[float, float]]) -> tuple[Pixel, ...]:
    """Places of WGS-84 on the datum of the sketch."""
    pixels = [
        sketch.pixel_at(*shifted(place, Datum.WGS84, Datum(sketch.datum))) for place in places
    ]
    return tuple(
        (round(x, 1), round(y, 1))
        for x, y in pixels
        if 0 <= x <= sketch.width and 0 <= y <= sketch.height
    )
