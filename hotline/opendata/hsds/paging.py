"""Pages of the API: the envelope that the standard calls `Page`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.errors import InvalidInput

USUAL = 50
MOST = 1000


@dataclass(frozen=True, slots=True)
class Slice:
    page: int
    per_page: int


def asked_slice(query: Mapping[str, str], *, usual: int = USUAL) -> Slice:
    """Pages count from 1. Raises InvalidInput."""
    return Slice(_count(query, "page", 1, 1_000_000), _count(query, "per_page", usual, MOST))


def page_of(rows: Sequence[Any], asked: Slice) -> tuple[dict[str, Any], Sequence[Any]]:
    """The envelope, and the rows of this page that go into its `contents`."""
    pages = max(1, -(-len(rows) // asked.per_page))
    start = (asked.page - 1) * asked.per_page
    found = rows[start : start + asked.per_page]
    envelope = {
        "total_items": len(rows),
        "total_pages": pages,
        "page_number": asked.page,
        "size": len(found),
        "first_page": asked.page == 1,
        "last_page": asked.page >= pages,
        "empty": not found,
    }
    return envelope, found


def _count(query: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = query.get(name, "")
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most):
        raise InvalidInput(errors=[{"field": name, "message": f"应为 1 到 {most} 的整数"}])
    return int(text)
