"""The API reference as one plain HTML page, written from the OpenAPI description."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape

_VERBS = ("get", "post", "put", "patch", "delete")


def render_reference(described: Mapping[str, Any]) -> str:
    """Operations by tag, each with its scopes, parameters and answers."""
    return _page().render(title=described["info"]["title"], groups=_by_tag(described))


def _by_tag(described: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for verb in _VERBS:
            if verb in operations:
                operation = operations[verb]
                tag = (operation.get("tags") or ["other"])[0]
                groups.setdefault(tag, []).append(_operation(verb, path, operation))
    return groups


def _operation(verb: str, path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    needed = [scope for scheme in operation.get("security", []) for scope in scheme.values()]
    return {
        "verb": verb.upper(),
        "path": path,
        "summary": operation.get("description") or operation.get("summary", ""),
        "scopes": sorted({scope for scopes in needed for scope in scopes}),
        "parameters": operation.get("parameters", []),
        "answers": sorted(operation.get("responses", {})),
    }


@cache
def _page() -> Template:
    environment = Environment(
        loader=PackageLoader("hotline.web", "templates"), autoescape=select_autoescape()
    )
    return environment.get_template("reference.html")
