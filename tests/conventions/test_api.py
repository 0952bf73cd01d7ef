"""Every operation of the API says who may call it, and what it answers."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from starlette.routing import BaseRoute

from hotline.accounts.roles import SCOPES
from hotline.main import create_app
from hotline.settings import Settings
from tests.conventions.sources import HOTLINE, python_files

API = "/api/"
METHODS = {"get", "put", "post", "delete", "patch"}
# Whoever signs in is not signed in yet.
PUBLIC = {("post", "/api/v1/sessions"), ("post", "/api/v1/password-resets")}
PARAMETER = re.compile(r"\{([^}]+)\}")


class Operation(NamedTuple):
    method: str
    path: str
    described: dict[str, Any]

    @property
    def scopes(self) -> set[str]:
        schemes = self.described.get("security", [])
        return {scope for scheme in schemes for scopes in scheme.values() for scope in scopes}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    settings = Settings(data_dir=tmp_path_factory.mktemp("described"))
    return create_app(settings, "postgresql+asyncpg://nobody@nowhere/none")


@pytest.fixture(scope="module")
def operations(app: FastAPI) -> list[Operation]:
    found = [
        Operation(method, path, described)
        for path, methods in app.openapi()["paths"].items()
        for method, described in methods.items()
        if path.startswith(API) and method in METHODS
    ]
    assert len(found) > 10
    return found


def test_every_operation_needs_a_scope(operations: list[Operation]) -> None:
    open_to_all = {(one.method, one.path) for one in operations if not one.scopes}
    assert open_to_all == PUBLIC


def test_whoever_is_sent_a_file_is_told_of_what_type(operations: list[Operation]) -> None:
    types = {
        kind
        for one in operations
        for answer in one.described["responses"].values()
        for kind in answer.get("content", {})
    }
    assert {"application/pdf", "image/webp", "application/x-ndjson"} <= types
    assert "application/octet-stream" not in types


def test_every_scope_is_one_that_some_role_has(operations: list[Operation]) -> None:
    asked = {scope for one in operations for scope in one.scopes}
    granted = frozenset[str]().union(*SCOPES.values())
    assert asked - granted == set()


def test_no_unsafe_operation_is_content_with_a_reading_scope(operations: list[Operation]) -> None:
    """A POST that only asks (a match, a search) changes nothing and may."""
    asking = re.compile(r"/(match|search|preview)$")
    lax = [
        (one.method, one.path)
        for one in operations
        if one.method != "get" and one.scopes and not asking.search(one.path)
        if all(scope.endswith(":read") for scope in one.scopes)
    ]
    assert lax == []


def test_no_api_route_hides_from_the_description(app: FastAPI, operations: list[Operation]) -> None:
    described = {one.path for one in operations}
    own = {"/api/v1/openapi.json", "/api/docs"}
    hidden = {
        path
        for route in app.routes
        if (path := _path_of(route)).startswith(API) and getattr(route, "methods", None)
    }
    assert hidden - described - own == set()


def _path_of(route: BaseRoute) -> str:
    return str(getattr(route, "path", ""))


def test_path_parameters_name_what_they_identify(operations: list[Operation]) -> None:
    vague = {
        one.path
        for one in operations
        for name in PARAMETER.findall(one.path)
        if name in ("id", "i")
    }
    assert vague == set()


def test_every_operation_has_a_summary_and_a_typed_answer(operations: list[Operation]) -> None:
    silent = [(one.method, one.path) for one in operations if not _is_described(one.described)]
    assert silent == []


def _is_described(described: dict[str, Any]) -> bool:
    answers = described["responses"]
    good = next((answers[code] for code in sorted(answers) if code.startswith("2")), None)
    if good is None or not described.get("description", described.get("summary")):
        return False
    schemas = [one.get("schema") for one in good.get("content", {}).values()]
    return all(schemas)


def _walk_schemas(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk_schemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk_schemas(value)


def test_every_request_body_refuses_unknown_fields(
    app: FastAPI, operations: list[Operation]
) -> None:
    schemas = app.openapi()["components"]["schemas"]
    bodies = {
        str(node["$ref"]).rsplit("/", 1)[-1]
        for one in operations
        for node in _walk_schemas(one.described.get("requestBody", {}))
        if "$ref" in node
    }
    assert bodies
    lax = [name for name in sorted(bodies) if _takes_anything(schemas[name])]
    assert lax == []


def _takes_anything(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object" and schema.get("additionalProperties") is not False


# Answers of the first two show what is sealed, and an answer is kept with its key; the others
# change nothing, or what is done again changes nothing more.
KEYLESS = {
    "/api/v1/tickets/{ticket_id}/reveal",
    "/api/v1/tickets/{ticket_id}/redaction-proposal",
    "/api/v1/tickets/suggestions",
    "/api/v1/tickets/duplicates",
    "/api/v1/vendor-roster",
    "/api/v1/inbox/read",
}


def test_every_post_of_tickets_and_vendors_may_be_sent_again_with_a_key(
    operations: list[Operation],
) -> None:
    kept = {"tickets", "work-orders", "vendors", "standing", "settlement"}
    posts = [
        one for one in operations if one.method == "post" and kept & set(one.described["tags"])
    ]
    assert len(posts) > 30
    keyless = {
        one.path
        for one in posts
        if "Idempotency-Key" not in {given["name"] for given in one.described.get("parameters", [])}
    }
    assert keyless == KEYLESS


async def test_a_path_says_which_methods_it_takes_as_it_is_described(
    app: FastAPI, operations: list[Operation]
) -> None:
    described: dict[str, set[str]] = {}
    for one in operations:
        path = PARAMETER.sub("00000000-0000-0000-0000-000000000000", one.path)
        described.setdefault(path, set()).add(one.method.upper())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1") as client:
        for path, methods in described.items():
            answer = await client.options(path)
            assert (path, answer.status_code) == (path, 405)
            assert (path, set(answer.headers["allow"].split(", "))) == (path, methods)


def test_no_number_of_an_address_is_larger_than_the_database_counts(
    operations: list[Operation],
) -> None:
    endless = [
        f"{one.method} {one.path} {asked['name']}"
        for one in operations
        for asked in one.described.get("parameters", [])
        for schema in (asked["schema"], *asked["schema"].get("anyOf", []))
        if schema.get("type") == "integer" and schema.get("maximum", 2**64) >= 2**63
    ]
    assert endless == []


def test_no_body_asks_for_a_moment_that_may_be_any() -> None:
    """A moment at the end of the calendar is none under another offset."""
    takers = [path.name for path in python_files(HOTLINE) if "AwareDatetime" in path.read_text()]
    assert takers == ["storable.py"]
