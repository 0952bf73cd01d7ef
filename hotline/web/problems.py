"""Errors as `application/problem+json` (RFC 9457) with a `code` that the console translates."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from hotline.db.outages import is_outage
from hotline.errors import Busy, HotlineError, InvalidInput, NotFound, StaleVersion

log = structlog.get_logger()

_MESSAGES = {
    "missing": "必填。",
    "extra_forbidden": "不认识的字段。",
    "json_invalid": "不是有效的 JSON。",
    "string_too_short": "太短。",
    "string_too_long": "太长。",
    "enum": "不在可选值之内。",
    "literal_error": "不在可选值之内。",
    "uuid_parsing": "编号格式不对。",
    "int_parsing": "应为整数。",
    "bool_parsing": "应为是或否。",
    "datetime_parsing": "时间格式不对。",
}
# Who goes around a rule meets one of these; what is merely not there is no attempt.
_NOTED = frozenset({401, 403, 413, 415, 422, 429})
_STATUSES = {
    404: ("not_found", NotFound.detail),
    405: ("method_not_allowed", "不支持这种请求方法。"),
    413: ("too_large", "内容过大。"),
    415: ("unsupported_media_type", "不支持这种内容类型。"),
}


def install(app: FastAPI) -> None:
    """Register every translation of an error."""
    app.add_exception_handler(HotlineError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StaleDataError, _stale)
    for busy in (PoolTimeout, InterfaceError, OSError, asyncpg.InterfaceError,
                 asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError):  # fmt: skip
        app.add_exception_handler(busy, _busy)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(Exception, bug)


def problem(
    request: Request, status: int, code: str, detail: str, params: dict[str, Any] | None = None
) -> Response:
    if status in _NOTED:
        log.info("request.refused", code=code, status=status)
    body = {
        "code": code,
        "detail": detail,
        "params": params or {},
        "request_id": request.scope.get("state", {}).get("request_id", ""),
    }
    content = orjson.dumps(body, default=str)
    return Response(content, status_code=status, media_type="application/problem+json")


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, HotlineError)
    return problem(request, error.status, error.code, error.message, error.params)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "field": _field(found["loc"]),
            "message": _MESSAGES.get(found["type"], "填写的内容不符合要求。"),
            "type": found["type"],
        }
        for found in error.errors()
    ]
    return problem(request, 422, InvalidInput.code, InvalidInput.detail, {"errors": errors})


def _field(location: Sequence[Any]) -> str:
    """`("body", "title")` → `title`."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and isinstance(error.__cause__, ValueError | RecursionError):
        return _unreadable(request)
    code, detail = _STATUSES.get(error.status_code, ("http_error", "请求没有成功。"))
    response = problem(request, error.status_code, code, detail)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["allow"] = ", ".join(sorted(_methods_of(request)))
    return response


def _unreadable(request: Request) -> Response:
    """A body that is no text, or nests too deeply: the framework tells it apart from bad JSON."""
    errors = [{"field": "body", "message": _MESSAGES["json_invalid"], "type": "json_invalid"}]
    return problem(request, 422, InvalidInput.code, InvalidInput.detail, {"errors": errors})


def _methods_of(request: Request) -> set[str]:
    """Of every route of the path as it is described: the framework names those of the first one
    only, and the words of `/tickets/counts` fit `/tickets/{ticket_id}` too.
    """
    found: dict[str, set[str]] = {}
    for route in request.app.routes:
        inside = getattr(route, "effective_route_contexts", None)
        for one in inside() if inside else (route,):
            fit, _ = one.matches(request.scope)
            if fit is not Match.NONE:
                plain = getattr(one, "starlette_route", None) or one
                methods = getattr(one, "methods", None) or getattr(plain, "methods", None) or set()
                found.setdefault(getattr(plain, "path", ""), set()).update(methods)
    named = {path: methods for path, methods in found.items() if methods}
    return named[min(named, key=lambda path: path.count("{"))] if named else set()


async def _stale(request: Request, _error: Exception) -> Response:
    return problem(request, 409, StaleVersion.code, StaleVersion.detail)


async def _busy(request: Request, error: Exception) -> Response:
    log.warning("request.busy", error=type(error).__name__)
    return problem(request, 503, Busy.code, Busy.detail)


async def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, DBAPIError)
    if is_outage(error):
        return await _busy(request, error)
    return await bug(request, error)


async def bug(request: Request, error: Exception) -> Response:
    """Logged once, told as an id."""
    # The message of a database error may hold the values of a row: only its kind is logged.
    if isinstance(error, DBAPIError):
        log.error("request.failed", error=type(error.orig).__name__)
    else:
        log.error("request.failed", exc_info=error)
    return problem(request, 500, "internal_error", "系统出了问题，已经记录。")
