"""The answers of GeoReport v2 as its specification describes them: field → what it may hold."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]
W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")


def text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def moment(value: Any) -> bool:
    return isinstance(value, str) and W3.fullmatch(value) is not None


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def one_of(*words: str) -> Check:
    return lambda value: value in words


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 4000


SERVICE = {
    "service_code": text, "service_name": text, "description": maybe(text), "metadata": flag,
    "type": one_of("realtime", "batch", "blackbox"), "keywords": maybe(text),
    "group": maybe(text),
}  # fmt: skip
ATTRIBUTE = {
    "variable": flag, "code": text, "required": flag, "datatype_description": maybe(text),
    "datatype": one_of(
        "string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"
    ),
    "order": number, "description": maybe(text),
}  # fmt: skip
VALUE = {"key": text, "name": text}
REQUEST = {
    "service_request_id": text, "status": one_of("open", "closed"), "status_notes": maybe(text),
    "service_name": maybe(text), "service_code": text, "description": maybe(short),
    "agency_responsible": maybe(text), "service_notice": maybe(text),
    "requested_datetime": moment, "updated_datetime": maybe(moment),
    "expected_datetime": maybe(moment), "address": maybe(text), "address_id": maybe(text),
    "zipcode": maybe(text), "lat": maybe(number), "long": maybe(number),
    "media_url": maybe(text),
}  # fmt: skip
UPDATE = {
    "update_id": text, "service_request_id": text, "status": one_of("open", "closed"),
    "updated_datetime": moment, "description": text, "media_url": maybe(text),
}  # fmt: skip
ERROR = {"code": number, "description": text}
ENDPOINT = {
    "specification": text, "url": text, "changeset": moment,
    "type": one_of("production", "test", "dev"), "formats": lambda value: len(value) == 2,
}  # fmt: skip


def flaws(row: Mapping[str, Any], described: Mapping[str, Check]) -> list[str]:
    """Fields that are absent, unknown, or hold what they may not."""
    absent = [f"{name} is absent" for name in described if name not in row]
    unknown = [f"{name} is unknown" for name in row if name not in described]
    wrong = [
        f"{name} = {row[name]!r}"
        for name, check in described.items()
        if name in row and not check(row[name])
    ]
    return [*absent, *unknown, *wrong]
