"""Pages from templates, kept for a minute, with an ETag and compressed where that is read."""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from hotline.packing import takes_gzip
from hotline.portal.files import static_href

_MOST_KEPT = 2_000
_SHARED = "public, max-age=60"
_PRIVATE = "private, no-store"
_GAPS = re.compile(r"\n\s*")


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page as bytes, plain and compressed."""

    body: bytes
    compressed: bytes
    mark: str
    """Of the content: what stands in the ETag."""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"

    @classmethod
    def of(cls, text: str, *, status: int = 200, media_type: str | None = None) -> "Page":
        body = text.encode()
        mark = hashlib.sha256(body).hexdigest()[:20]
        kind = media_type or "text/html; charset=utf-8"
        return cls(body, gzip.compress(body, 5, mtime=0), mark, status, kind)

    def answer(self, request: Request, *, is_shared: bool = True) -> Response:
        """304 where the reader has it already; only what tells of nobody may be kept by others."""
        is_packed = takes_gzip(request)
        headers = {
            "Cache-Control": _SHARED if is_shared and self.status == 200 else _PRIVATE,
            "Vary": "Cookie, Accept-Encoding",
            "ETag": f'"{self.mark}-gzip"' if is_packed else f'"{self.mark}"',
        }
        if is_shared and self._is_held(request):
            return Response(status_code=304, headers=headers)
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        body = self.compressed if is_packed else self.body
        return Response(body, self.status, headers, media_type=self.media_type)

    def _is_held(self, request: Request) -> bool:
        """Packed or not, and however a proxy marks it as weak, it is the same page."""
        held = request.headers.get("if-none-match", "")
        return self.status == 200 and (self.mark in held or held.strip() == "*")


class KeptPages:
    """Finished pages of one catalog and one minute: hours may turn from open to closed."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._catalog: object = None
        self._minute: datetime | None = None
        self._pages: dict[tuple[str, ...], Page] = {}

    def page(
        self, key: tuple[str, ...], *, catalog: object, moment: datetime, make: Callable[[], Page]
    ) -> Page:
        page = self.held(key, catalog=catalog, moment=moment)
        if page is None:
            page = self._pages[key] = make()
        return page

    def held(self, key: tuple[str, ...], *, catalog: object, moment: datetime) -> Page | None:
        minute = moment.replace(second=0, microsecond=0)
        is_same = catalog is self._catalog and minute == self._minute
        if not is_same or len(self._pages) >= self._most:
            self._catalog, self._minute, self._pages = catalog, minute, {}
        return self._pages.get(key)

    def keep(self, key: tuple[str, ...], page: Page, *, catalog: object, moment: datetime) -> Page:
        """What was made beside other requests, of the catalog as it was when it began."""
        self.held(key, catalog=catalog, moment=moment)
        self._pages[key] = page
        return page


def render(template: str, view: Mapping[str, Any]) -> str:
    """Indentation of the templates is not sent."""
    return _GAPS.sub("\n", environment().get_template(template).render(view))


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("hotline.portal", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static_href
    return made
