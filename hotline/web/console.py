"""The built console: files with a hash in their name for ever, the page itself never cached."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent.parent / "console"
_MISSING = (
    "控制台还没有构建：请运行 scripts/serve，或在 agents_ui/ 中执行 npm ci 和 npm run build。\n"
)


class _Hashed(StaticFiles):
    """File names change with their content, so browsers may keep them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def serve_console(app: FastAPI) -> None:
    """`/console` and every path below it is the same page; the router is in the browser."""
    if (FOLDER / "assets").is_dir():
        app.mount("/console/assets", _Hashed(directory=FOLDER / "assets"), name="console-assets")

    @app.get("/console", include_in_schema=False)
    async def enter_console() -> Response:
        return RedirectResponse("/console/")

    @app.get("/console/{path:path}", include_in_schema=False)
    async def show_console(request: Request, path: str) -> Response:
        file = (FOLDER / path).resolve()
        if path and file.is_relative_to(FOLDER) and file.is_file():
            return FileResponse(file)
        page = FOLDER / "index.html"
        if not page.is_file():
            return PlainTextResponse(_MISSING, status_code=503)
        return FileResponse(page, headers={"Cache-Control": "no-cache"})
