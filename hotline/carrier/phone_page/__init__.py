"""The virtual phone at `/phone`: a page that dials, speaks, presses keys and shows what was heard.

It is static and knows the carrier by its control API only (`/carrier/phone/…`). Nothing is inline
and nothing comes from elsewhere, so that its content policy can forbid both. Whoever mounts it
decides whether the phone is on; this package only serves files. Start in `static/js/main.js`.
"""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"

HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def serve_phone_page(app: FastAPI) -> None:
    """`/phone` and the files that it needs below `/phone/static`."""
    app.mount("/phone/static", _PageFiles(directory=FOLDER), name="phone-static")
    app.include_router(router())


def router() -> APIRouter:
    """The page alone; its files are a mount, which a router does not carry."""
    made = APIRouter(include_in_schema=False)
    made.add_api_route("/phone", _show_phone, methods=["GET", "HEAD"])
    made.add_api_route("/phone/", _leave_slash, methods=["GET", "HEAD"])
    return made


class _PageFiles(StaticFiles):
    """Browsers ask each time whether a file changed: their names do not change with it."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.update(HEADERS)
        return response


async def _show_phone() -> Response:
    return FileResponse(FOLDER / "index.html", headers=HEADERS)


async def _leave_slash() -> Response:
    return RedirectResponse("/phone", status_code=308)
