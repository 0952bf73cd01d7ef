"""The API's description: for any signed-in account, and for everybody in the sample city."""

import asyncio
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from hotline.accounts.auth import token_of
from hotline.accounts.loopback import is_loopback
from hotline.accounts.sessions import authenticate
from hotline.errors import NotSignedIn
from hotline.web.reference import render_reference

_STATIC = Path(__file__).parent / "static"

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/openapi.json")
async def describe_api(request: Request) -> Response:
    await _require_reader(request)
    return JSONResponse(await _described(request))


@router.get("/api/docs")
async def show_reference(request: Request) -> Response:
    """A plain page without scripts: what the console's policy allows, every browser can show."""
    await _require_reader(request)
    described = await _described(request)
    return Response(render_reference(described), media_type="text/html; charset=utf-8")


@router.get("/api/docs/reference.css")
async def style_reference() -> Response:
    return FileResponse(_STATIC / "reference.css")


async def _described(request: Request) -> dict[str, Any]:
    """Off the event loop: the first time it takes seconds, and calls wait for nobody."""
    return await asyncio.to_thread(request.app.openapi)


async def _require_reader(request: Request) -> None:
    state = request.state
    if state.is_sample_city and is_loopback(request):
        return
    if await authenticate(state.database, state.settings, token_of(request)) is None:
        raise NotSignedIn
