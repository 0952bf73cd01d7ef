"""Is the process alive, and can it take calls? For this machine and the listed proxies only.

A database whose commits wait is no reason to leave the balancer: every node has the same one, and
a node that stays tells callers what is wrong and puts them through.
"""

from fastapi import APIRouter, Request, Response

from hotline.db import Database
from hotline.db.commits import Commits
from hotline.web.inside import require_inside

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def is_alive(request: Request) -> Response:
    require_inside(request)
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
async def is_ready(request: Request) -> Response:
    """503 while the database does not answer, and before the end: calls shall go elsewhere."""
    require_inside(request)
    database: Database = request.state.database
    if request.state.departure.is_under_way:
        return Response("leaving\n", status_code=503, media_type="text/plain")
    if await database.is_ready():
        return Response(_words(request.state.commits), media_type="text/plain")
    return Response("database unreachable\n", status_code=503, media_type="text/plain")


def _words(commits: Commits) -> str:
    if not commits.wait:
        return "ready\n"
    return f"ready, but commits wait: {commits.seconds:.0f} s; is the standby there?\n"
