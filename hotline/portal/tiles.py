"""Tiles of a map that the operator names: which lie where, and under what address. Pure.

Without `HOTLINE_TILES` there is no server, and no page asks anybody else for anything. With it a
page shows at most `MOST` of them, and only of the city. Tiles under the whole city are the same for
every reader, so that their server does not learn where somebody is.

The arithmetic is that of the "slippy map tilenames" (OpenStreetMap wiki): Web Mercator, EPSG:3857.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asinh, atan, degrees, floor, log2, pi, radians, sinh, tan
from typing import Self

from hotline.portal.catalog import Office
from hotline.portal.datum import Degrees, shifted
from hotline.portal.district_map import DistrictMap
from hotline.settings import Datum, Settings

MOST = 24
SIDE = 256
WIDTH, HEIGHT, STREETS = 320, 200, 14
"""Of the map of one place: pixels, and the zoom at which streets have names."""
_MARGIN = 0.02
"""Degrees: more than the two datums are apart."""


@dataclass(frozen=True, slots=True)
class TileServer:
    """`template` is an address by https with `{z}`, `{x}` and `{y}`, and `host` the one in it."""

    template: str
    attribution: str
    datum: Datum
    host: str

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        if settings.tiles_datum is None or not settings.tiles:
            return None
        host = settings.tiles_origin.removeprefix("https://")
        return cls(settings.tiles, settings.tiles_attribution, settings.tiles_datum, host)

    def href(self, zoom: int, column: int, row: int) -> str:
        places = (("{z}", zoom), ("{x}", column), ("{y}", row))
        address = self.template
        for name, number in places:
            address = address.replace(name, str(number))
        return address


@dataclass(frozen=True, slots=True)
class Laid:
    """A tile as it lies on a map, in pixels of the map."""

    href: str
    x: float
    y: float
    width: float
    height: float


def tile_at(lat: float, lon: float, zoom: int) -> tuple[float, float]:
    """Column and row, with how far into the tile."""
    count = 2**zoom
    return (lon + 180) / 360 * count, (1 - asinh(tan(radians(lat))) / pi) / 2 * count


def corner_of(column: float, row: float, zoom: int) -> Degrees:
    """The north-western corner of a tile."""
    count = 2**zoom
    return degrees(atan(sinh(pi * (1 - 2 * row / count)))), column / count * 360 - 180


def under_sketch(sketch: DistrictMap, server: TileServer, *, scale: float = 1) -> tuple[Laid, ...]:
    """What lies under the sketch of the whole city where it is shown `scale` times its size."""
    pixels = sketch.width / (sketch.east - sketch.west) * scale
    zoom = round(log2(pixels * 360 / SIDE))
    laid = _grid(sketch, server, zoom)
    while len(laid) > MOST:
        zoom -= 1
        laid = _grid(sketch, server, zoom)
    return laid


def around(lat: float, lon: float, server: TileServer) -> tuple[Laid, ...]:
    """What lies under a map of `WIDTH` by `HEIGHT` with this place of WGS-84 in its middle."""
    column, row = tile_at(*shifted((lat, lon), Datum.WGS84, server.datum), STREETS)
    left, top = round(column * SIDE - WIDTH / 2), round(row * SIDE - HEIGHT / 2)
    return tuple(
        Laid(server.href(STREETS, x, y), x * SIDE - left, y * SIDE - top, SIDE, SIDE)
        for x in range(left // SIDE, (left + WIDTH - 1) // SIDE + 1)
        for y in range(top // SIDE, (top + HEIGHT - 1) // SIDE + 1)
    )


def around_each(
    offices: Iterable[Office], server: TileServer | None
) -> Mapping[str, tuple[Laid, ...]]:
    """By the keys of the offices, as far as one page may ask for; the others keep their sketch."""
    found: dict[str, tuple[Laid, ...]] = {}
    for office in offices:
        if server is None or office.lat is None or office.lon is None:
            continue
        laid = around(office.lat, office.lon, server)
        if sum(map(len, found.values())) + len(laid) <= MOST:
            found.setdefault(office.key, laid)
    return found


def _grid(sketch: DistrictMap, server: TileServer, zoom: int) -> tuple[Laid, ...]:
    """Edges are reckoned once for a column and once for a row, so that no gap shows."""
    west, north = tile_at(sketch.north + _MARGIN, sketch.west - _MARGIN, zoom)
    east, south = tile_at(sketch.south - _MARGIN, sketch.east + _MARGIN, zoom)
    columns, rows = range(floor(west), floor(east) + 2), range(floor(north), floor(south) + 2)
    middle = ((west + east) / 2, (north + south) / 2)
    across = [_pixel(sketch, server, (column, middle[1]), zoom)[0] for column in columns]
    down = [_pixel(sketch, server, (middle[0], row), zoom)[1] for row in rows]
    return tuple(
        Laid(server.href(zoom, columns[i], rows[j]), x, y, across[i + 1] - x, down[j + 1] - y)
        for i, x in enumerate(across[:-1])
        for j, y in enumerate(down[:-1])
        if x < sketch.width and across[i + 1] > 0 and y < sketch.height and down[j + 1] > 0
    )


def _pixel(
    sketch: DistrictMap, server: TileServer, corner: tuple[float, float], zoom: int
) -> tuple[float, float]:
    """Rounded: a tile begins at the pixel where its neighbor ends."""
    point = corner_of(*corner, zoom)
    x, y = sketch.pixel_at(*shifted(point, server.datum, Datum(sketch.datum)))
    return round(x, 1), round(y, 1)
