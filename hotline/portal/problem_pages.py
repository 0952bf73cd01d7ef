"""Errors as pages: for people who follow a link, not for programs that read JSON."""

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hotline.errors import HotlineError
from hotline.portal.visit import problem_page

_MACHINES = (
    "/api/", "/telephony/", "/carrier/", "/2010-04-01/", "/open311/", "/hsds/", "/console",
    "/phone", "/healthz", "/readyz", "/metrics",
)  # fmt: skip

Answer = Callable[[Request, Exception], Awaitable[Response]]


def show_problems_as_pages(app: FastAPI) -> None:
    """Wraps what `web/problems.py` installed: it still decides the status and still logs."""
    for kind in (HotlineError, HTTPException, RequestValidationError, Exception):
        inner = app.exception_handlers.get(kind)
        if inner is not None:
            app.add_exception_handler(kind, _paged(cast(Answer, inner)))


def _paged(inner: Answer) -> Answer:
    async def answer(request: Request, error: Exception) -> Response:
        response = await inner(request, error)
        return problem_page(request, response.status_code) if _is_person(request) else response

    return answer


def _is_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        _MACHINES
    )
