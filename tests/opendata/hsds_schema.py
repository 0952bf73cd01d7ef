"""HSDS 3.0 as its JSON schemas describe it: `hsds_objects.json` lists what each object may hold.

`name:kind!` is a required field; `[phone]` is a list of that object, `{program}` one of it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# The views of the API add these to the objects, as its compiled schemas have them.
_ADDED = {
    "organization": {"services": "[service]"},
    "service_at_location": {"service": "{service}"},
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@cache
def objects() -> Mapping[str, Mapping[str, str]]:
    written = json.loads((Path(__file__).parent / "hsds_objects.json").read_text())
    return {
        name: dict(field.split(":", 1) for field in fields) | _ADDED.get(name, {})
        for name, fields in written.items()
    }


def flaws(value: Any, name: str) -> list[str]:
    """Everything in an object, and in those within it, that its schema does not allow."""
    return list(_flaws(value, name, name))


def _flaws(value: Any, name: str, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no object"
        return
    fields = objects()[name]
    for field, kind in fields.items():
        if kind.endswith("!") and field not in value:
            yield f"{path}.{field} is absent"
    for field, held in value.items():
        if field in fields:
            yield from _wrong(held, fields[field].removesuffix("!"), f"{path}.{field}")
        else:
            yield f"{path}.{field} is unknown"


def _wrong(value: Any, kind: str, path: str) -> Iterator[str]:
    if kind.startswith("["):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, each in enumerate(value):
            yield from _flaws(each, kind[1:-1], f"{path}[{number}]")
    elif kind.startswith("{"):
        yield from _flaws(value, kind[1:-1], path)
    elif not _fits(value, kind):
        yield f"{path} = {value!r} is no {kind}"


def _fits(value: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str) or not value:
        return False
    if kind == "uuid":
        return _UUID.fullmatch(value) is not None
    if kind == "uri":
        return bool(urlsplit(value).scheme)
    if kind == "date-time":
        return datetime.fromisoformat(value).tzinfo is not None
    if kind == "email":
        return "@" in value
    return value in kind.split("|") if "|" in kind else True
