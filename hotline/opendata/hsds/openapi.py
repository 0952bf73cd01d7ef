"""The description of the API for programs, as its first page names it. Pure."""

from typing import Any

_PAGED = ("search", "page", "per_page", "format")
_SERVICES = ("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full")
LISTS: dict[str, tuple[str, ...]] = {
    "services": (*_PAGED, *_SERVICES, "minimal"),
    "organizations": (*_PAGED, "full", "full_service"),
    "locations": (*_PAGED, "postcode", "proximity"),
    "service_at_locations": (*_PAGED, *_SERVICES, "postcode", "proximity"),
    "taxonomies": _PAGED,
    "taxonomy_terms": (*_PAGED, "taxonomy_id", "parent_id", "top_only"),
}
_FLAGS = frozenset({"full", "full_service", "minimal", "top_only"})
_COUNTS = frozenset({"page", "per_page"})


def described(address: str, title: str) -> dict[str, Any]:
    paths: dict[str, Any] = {"/": {"get": _answers("版本和说明", "object")}}
    for name, parameters in LISTS.items():
        listed = _answers(f"{name}：分页列表", "object")
        paths[f"/{name}"] = {"get": {**listed, "parameters": list(map(_parameter, parameters))}}
        paths[f"/{name}/{{id}}"] = {
            "parameters": [{**_parameter("id"), "in": "path", "required": True}],
            "get": _answers(f"{name}：一条，带下级", "object"),
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "3.0"},
        "servers": [{"url": f"{address}/hsds"}],
        "paths": paths,
    }


def _answers(summary: str, kind: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": kind}}}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}


def _parameter(name: str) -> dict[str, Any]:
    kind = "boolean" if name in _FLAGS else "integer" if name in _COUNTS else "string"
    return {"name": name, "in": "query", "required": False, "schema": {"type": kind}}
