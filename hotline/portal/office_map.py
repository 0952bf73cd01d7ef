"""Where an office is: a piece of the sketch of the districts with a mark on it, as SVG. Pure."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from hotline.portal.catalog import Office
from hotline.portal.district_map import DistrictMap, path_of

WIDTH, HEIGHT = 220, 150
_WIDE_NAME, _HIGH_NAME, _HIGH_MARK = 32, 14, 18
_GROUND, _LAND, _LINE, _INK, _MARK = "#f4f1ea", "#d5e4e2", "#41605f", "#1d3536", "#b3261e"


def is_on(sketch: DistrictMap | None, office: Office) -> bool:
    """Whether the office has a place, and one that the sketch holds."""
    if sketch is None or office.lat is None or office.lon is None:
        return False
    x, y = sketch.pixel_at(office.lat, office.lon)
    return 0 <= x <= sketch.width and 0 <= y <= sketch.height


def office_map(sketch: DistrictMap, office: Office, *, title: str) -> str:
    """Colors stand on the shapes themselves: a picture of its own takes no style from the page."""
    assert office.lat is not None
    assert office.lon is not None
    x, y = sketch.pixel_at(office.lat, office.lon)
    left = _within(x - WIDTH / 2, sketch.width - WIDTH)
    top = _within(y - HEIGHT / 2, sketch.height - HEIGHT)
    paths = "".join(f'<path d="{path_of(line)}"/>' for line in sketch.outlines.values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img"><title>{escape(title)}</title>'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{WIDTH}" height="{HEIGHT}" fill="{_GROUND}"/>'
        f'<g fill="{_LAND}" stroke="{_LINE}" stroke-width="1.2" stroke-linejoin="round">'
        f"{paths}</g>"
        f'<g fill="{_INK}" font-size="11" font-family="sans-serif" text-anchor="middle">'
        f"{''.join(_names(sketch, x, y))}</g>{_mark(x, y)}</svg>"
    )


def placed_names(
    sketch: DistrictMap, mark_x: float, mark_y: float
) -> Iterator[tuple[str, float, float]]:
    """A name that the mark would cover stands below it."""
    for name, (x, y) in sketch.labels.items():
        is_covered = abs(x - mark_x) < _WIDE_NAME and -_HIGH_MARK < y - mark_y < _HIGH_NAME
        yield name, x, mark_y + _HIGH_NAME if is_covered else y


def _within(begin: float, most: float) -> float:
    return min(max(begin, 0.0), max(most, 0.0))


def _names(sketch: DistrictMap, mark_x: float, mark_y: float) -> Iterator[str]:
    for name, x, y in placed_names(sketch, mark_x, mark_y):
        yield f'<text x="{x:g}" y="{y:g}">{escape(name)}</text>'


def _mark(x: float, y: float) -> str:
    """A pin whose point is the place."""
    return (
        f'<path d="M{x:.1f} {y:.1f}l-5.5 -9.5a6.5 6.5 0 1 1 11 0z" fill="{_MARK}" '
        f'stroke="#fff" stroke-width="1.2"/><circle cx="{x:.1f}" cy="{y - 12.6:.1f}" r="2.3" '
        'fill="#fff"/>'
    )
