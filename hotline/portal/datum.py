"""Latitudes and longitudes of one datum as those of another. Pure.

The directory and telephones speak WGS-84. Maps that are published in China are drawn in GCJ-02,
which lies some hundred meters aside, otherwise at each place.
"""

from math import cos, pi, radians, sin, sqrt

from hotline.settings import Datum

_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943_23
"""Of the ellipsoid of Krassovsky (1940): meters, and the first one squared."""
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
"""Where GCJ-02 holds; elsewhere it is WGS-84."""

Degrees = tuple[float, float]
"""Latitude and longitude."""


def shifted(point: Degrees, given: Datum, wanted: Datum) -> Degrees:
    """Only what is drawn on something of the other datum is shifted."""
    if given is wanted:
        return point
    return _to_gcj02(*point) if wanted is Datum.GCJ02 else _back(*point)


def _to_gcj02(lat: float, lon: float) -> Degrees:
    """The published approximation, within a meter of what the maps show.

    Source: `wgs2gcj` of eviltransform (github.com/googollee/eviltransform, MIT), after the program
    that became known as "wgstochina_lb"; the state has never published the formula itself.
    """
    if not (_WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH):
        return lat, lon
    north, east = _meters_aside(lon - 105.0, lat - 35.0)
    angle = radians(lat)
    flat = 1 - _ECCENTRICITY * sin(angle) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (flat * sqrt(flat))
    parallel = _AXIS / sqrt(flat) * cos(angle)
    return lat + north / meridian * 180 / pi, lon + east / parallel * 180 / pi


def _back(lat: float, lon: float) -> Degrees:
    """The place that the formula takes there: each step leaves some thousandth of the error."""
    found = lat, lon
    for _ in range(3):
        ahead = _to_gcj02(*found)
        found = found[0] + lat - ahead[0], found[1] + lon - ahead[1]
    return found


def _meters_aside(x: float, y: float) -> Degrees:
    """To the north and to the east, at degrees east of 105 and north of 35."""
    root = sqrt(abs(x))
    ripple = (20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    north += (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    east += (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3
    return north, east
