"""What changed between two versions of an entry, field by field and item by item. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.directory.rows import ServiceRow

FIELDS = tuple(name for name in ServiceRow.model_fields if name not in ("id", "updated"))


@dataclass(frozen=True, slots=True)
class Difference:
    """`added` and `removed` are items of a list; texts have `before` and `after`."""

    field: str
    before: str | None = None
    after: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """In the order of the file; everything is new where there was nothing before."""
    told = (_difference(name, (before or {}).get(name), after.get(name)) for name in FIELDS)
    return tuple(one for one in told if one is not None)


def _difference(name: str, before: Any, after: Any) -> Difference | None:
    if (before or None) == (after or None):
        return None
    if isinstance(before, list) or isinstance(after, list):
        old, new = before or [], after or []
        added = tuple(item for item in new if item not in old)
        removed = tuple(item for item in old if item not in new)
        if not added and not removed:
            return Difference(name, "、".join(old), "、".join(new))
        return Difference(name, added=added, removed=removed)
    return Difference(name, before or None, after or None)
