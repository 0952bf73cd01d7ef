"""Pages from templates, never kept by anybody: they tell of people."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hotline.vendor_pages import steps
from hotline.vendor_pages.texts import t

# Without a referrer to our own pages a browser names no origin with a form, and we refuse it.
_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
}


def page_of(template: str, *, status: int = 200, **view: Any) -> Response:
    page = _environment().get_template(template).render(view)
    return Response(page, status, _HEADERS, media_type="text/html; charset=utf-8")


@cache
def style_sheet() -> bytes:
    return (Path(__file__).parent / "static" / "vendor.css").read_bytes()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("hotline.vendor_pages", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": t, "steps": steps}
    return made
