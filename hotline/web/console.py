"""The built console: files with a hash in their name for ever, the page itself never cached."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles

from hotline.packing import accepts_gzip, packed

FOLDER = Path(__file__).parent.parent / "console"
_MISSING = (
    "控制台还没有构建：请运行 scripts/serve，或在 agents_ui/ 中执行 npm ci 和 npm run build。\n"
)


_PACKED = frozenset({".js", ".css", ".svg"})


class _Hashed(StaticFiles):
    """File names change with their content, so browsers may keep them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        file, scope = Path(args[0]), args[2]
        accepted = Headers(scope=scope).get("accept-encoding", "")
        if file.suffix in _PACKED and response.status_code == 200 and accepts_gzip(accepted):
            kind = response.headers["content-type"]
            response = Response(packed(file), headers={"Content-Encoding": "gzip"}, media_type=kind)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        response.headers["vary"] = "Accept-Encoding"
        return response


def _file_of(folder: Path, path: str) -> Path | None:
    """None for a path of the page's own router, and for one that no file could have."""
    try:
        file = (folder / path).resolve()
        is_there = file.is_relative_to(folder) and file.is_file()
    except (OSError, ValueError):
        return None
    return file if is_there else None


def serve_console(app: FastAPI, folder: Path = FOLDER) -> None:
    """`/console` and every path below it is the same page; the router is in the browser."""
    if (folder / "assets").is_dir():
        app.mount("/console/assets", _Hashed(directory=folder / "assets"), name="console-assets")

    @app.get("/console", include_in_schema=False)
    async def enter_console() -> Response:
        return RedirectResponse("/console/")

    @app.get("/console/{path:path}", include_in_schema=False)
    async def show_console(request: Request, path: str) -> Response:
        file = _file_of(folder, path)
        if file is not None:
            return FileResponse(file)
        page = folder / "index.html"
        if not page.is_file():
            return PlainTextResponse(_MISSING, status_code=503)
        return FileResponse(page, headers={"Cache-Control": "no-cache"})
