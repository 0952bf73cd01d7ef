"""Is the process alive, and can it take calls? Loopback only: they tell of the inside."""

from fastapi import APIRouter, Request, Response

from hotline.accounts.loopback import require_loopback
from hotline.db import Database

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def is_alive(request: Request) -> Response:
    require_loopback(request)
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
async def is_ready(request: Request) -> Response:
    """503 while the database does not answer: a balancer shall send calls elsewhere."""
    require_loopback(request)
    database: Database = request.state.database
    if await database.is_ready():
        return Response("ready\n", media_type="text/plain")
    return Response("database unreachable\n", status_code=503, media_type="text/plain")
