"""The API's description, with what FastAPI does not know: problems, and what events carry.

Every error is one shape (`Problem`). The statuses stand at each operation, so that a program that
tries the service by its description finds every answer that nobody wrote down.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from hotline.web.event_payloads import add_payloads, without_route

_API = "/api/"
_METHODS = ("get", "put", "post", "patch", "delete")
_REF = "#/components/responses/"
_UNUSED = ("HTTPValidationError", "ValidationError")

PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457; `code` is stable and names the fact, `detail` is for people.",
    "required": ["code", "detail", "params", "request_id"],
    "properties": {
        "code": {"type": "string", "title": "Code"},
        "detail": {"type": "string", "title": "Detail"},
        "params": {"type": "object", "title": "Params", "additionalProperties": True},
        "request_id": {"type": "string", "title": "Request Id"},
    },
}
_PROBLEMS = {
    400: "请求无法读取。",
    401: "没有登录。",
    403: "没有这项权限，或请求来自其他网站。",
    404: "没有，或不在所属范围之内。",
    409: "与当前状态冲突。",
    413: "内容过大。",
    415: "不支持这种内容类型。",
    422: "填写的内容有误。",
    429: "过于频繁。",
    503: "系统繁忙。",
}


def describe(app: FastAPI) -> None:
    """Add the problems and the events' payloads to what `app.openapi()` gives, once."""
    add_payloads(app)
    plain: Callable[[], dict[str, Any]] = app.openapi
    done: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not done:
            done.update(with_problems(without_route(plain())))
        return done

    app.openapi = openapi  # type: ignore[method-assign]


def with_problems(described: dict[str, Any]) -> dict[str, Any]:
    for path, methods in described["paths"].items():
        for method in (one for one in _METHODS if one in methods and path.startswith(_API)):
            operation = methods[method]
            for status in _statuses(method, path, operation):
                operation["responses"][str(status)] = {"$ref": f"{_REF}Problem{status}"}
    parts = described.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    parts["responses"] = {f"Problem{status}": _answer(says) for status, says in _PROBLEMS.items()}
    return described


def _statuses(method: str, path: str, operation: dict[str, Any]) -> list[int]:
    given = [401, 422, 429, 503]
    if operation.get("security"):
        given.append(403)
    if method != "get":
        given += [404, 409]
    if "{" in path:
        given += [404, 409]
    if operation.get("parameters"):
        given.append(404)
    if "requestBody" in operation:
        given += [400, 404, 413, 415]
    return sorted(set(given))


def _answer(says: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": says, "content": content}
