"""Files of the portal: one style sheet, one script, pictures; kept for ever under a hashed name."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from hotline.errors import NotFound
from hotline.packing import takes_gzip

FOLDER = Path(__file__).parent / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_SHEETS = ("tokens", "page", "hero", "parts", "entry", "forms", "sunshine", "narrow", "print")
_KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}

_PACKED = frozenset({".css", ".js", ".svg"})

router = APIRouter(include_in_schema=False)


@cache
def static_href(name: str) -> str:
    """The address of a file; it changes with the content."""
    return f"/portal/static/{hashlib.sha256(_content(name)).hexdigest()[:12]}/{name}"


@router.api_route("/portal/static/{digest}/{name}", methods=["GET", "HEAD"])
async def send_file(request: Request, digest: str, name: str) -> Response:
    if name not in _names():
        raise NotFound
    kind = Path(name).suffix
    is_own = static_href(name).split("/")[3] == digest
    headers = {
        "Cache-Control": _FOR_EVER if is_own else "public, max-age=3600",
        "Vary": "Accept-Encoding",
    }
    if kind in _PACKED and takes_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(_compressed(name), headers=headers, media_type=_KINDS[kind])
    return Response(_content(name), headers=headers, media_type=_KINDS[kind])


@router.api_route("/service-worker.js", methods=["GET", "HEAD"])
async def send_worker() -> Response:
    """At the root, since it serves what lies below its address; asked for anew each time."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(FOLDER / "service-worker.js", headers=headers, media_type=_KINDS[".js"])


@router.api_route("/favicon.ico", methods=["GET", "HEAD"])
async def send_favicon() -> Response:
    return FileResponse(FOLDER / "icon-192.png", headers={"Cache-Control": "public, max-age=86400"})


@cache
def _names() -> frozenset[str]:
    return frozenset({"portal.css", *(path.name for path in FOLDER.glob("*.*"))})


@cache
def _content(name: str) -> bytes:
    """One sheet for all of the parts: an old phone asks once."""
    if name == "portal.css":
        return b"".join((FOLDER / "css" / f"{part}.css").read_bytes() for part in _SHEETS)
    return (FOLDER / name).read_bytes()


@cache
def _compressed(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0)
