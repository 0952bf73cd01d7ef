"""One plain value as XML or JSON, and which of them was asked for. Pure.

The specification maps XML to JSON by leaving out the names of the items of a list ("Spark"): a list
of requests is `<service_requests><request>…` in XML and `[{…}]` in JSON.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from xml.sax.saxutils import escape

Plain: TypeAlias = "str | int | float | bool | Items | Mapping[str, Plain] | None"


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `each` is the name of an item in XML."""

    each: str
    values: Sequence[Plain]


class Format(StrEnum):
    XML = "xml"
    JSON = "json"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.XML: "text/xml; charset=utf-8",
    Format.JSON: "application/json; charset=utf-8",
}
_BY_ACCEPT = {
    "application/json": Format.JSON,
    "text/json": Format.JSON,
    "text/xml": Format.XML,
    "application/xml": Format.XML,
}
# Characters that no XML 1.0 document may hold, not even escaped.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def split_format(resource: str) -> tuple[str, str | None]:
    """`requests.json` → `requests`, `json`; a name without a suffix has none."""
    name, dot, suffix = resource.rpartition(".")
    return (name, suffix) if dot else (resource, None)


def chosen_format(suffix: str | None, accept: str) -> Format | None:
    """The suffix decides, then `Accept` by its weights, then XML; None for an unknown suffix."""
    if suffix is not None:
        return Format(suffix) if suffix in set(Format) else None
    named = [_weighed(part) for part in accept.split(",")]
    known = [(weight, _BY_ACCEPT[kind]) for kind, weight in named if kind in _BY_ACCEPT and weight]
    return max(known, key=lambda pair: pair[0])[1] if known else Format.XML


def written(root: str, value: Plain, as_format: Format) -> str:
    """The whole document; `root` is the outermost element of the XML."""
    if as_format is Format.JSON:
        return json.dumps(_spark(value), ensure_ascii=False)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, value)}\n'


def _weighed(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip() for piece in part.lower().split(";"))
    weights = [piece.removeprefix("q=") for piece in parameters if piece.startswith("q=")]
    try:
        return kind, float(weights[0]) if weights else 1.0
    except ValueError:
        return kind, 0.0


def _spark(value: Plain) -> object:
    if isinstance(value, Items):
        return [_spark(one) for one in value.values]
    if isinstance(value, Mapping):
        return {name: _spark(one) for name, one in value.items()}
    return value


def _element(name: str, value: Plain) -> str:
    content = _content(value)
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def _content(value: Plain) -> str:
    if isinstance(value, Items):
        return "".join(_element(value.each, one) for one in value.values)
    if isinstance(value, Mapping):
        return "".join(_element(name, one) for name, one in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else escape(_UNSPEAKABLE.sub("", str(value)))
