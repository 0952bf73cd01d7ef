"""Lists come in pages of 50, at most 1000, with the addresses of the pages around."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from hotline.carrier.rest.route import INVALID_PARAMETER, RestError

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
_LONGEST_NUMBER = 9
_TOO_LARGE, _INVALID_TOKEN = 20007, 21481
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
T = TypeVar("T")

_TOKEN = re.compile(r"PA[A-Z]{2}[0-9a-f]{32}")
_PAGING = frozenset({"PageSize", "Page", "PageToken"})


def page_of(
    request: Request, name: str, items: Iterable[T], shape: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """One page of `items`, which come newest first."""
    size = _number(request, "PageSize", DEFAULT_SIZE) or DEFAULT_SIZE
    if size > LARGEST_SIZE:
        raise RestError(400, _TOO_LARGE, f"Page size must be {LARGEST_SIZE} or less")
    page = _number(request, "Page", 0)
    everything: Sequence[T] = list(items)
    start = _start_after(request, everything, page * size)
    shown = everything[start : start + size]
    has_more = start + size < len(everything)
    return {
        name: [shape(item) for item in shown],
        "page": page,
        "page_size": size,
        "start": page * size if shown else 0,
        "end": page * size + len(shown) - 1 if shown else 0,
        "uri": _address(request, size, page),
        "first_page_uri": _address(request, size, 0),
        "next_page_uri": _address(request, size, page + 1, shown[-1]) if has_more else None,
        "previous_page_uri": _address(request, size, page - 1) if page else None,
    }


def within(request: Request, name: str) -> Callable[[datetime | None], bool]:
    """`Name=2026-11-25`, `Name>=…` (on or after) and `Name<=…` (on or before)."""
    exact, after, before = (_span(request.query_params.get(name + mark)) for mark in ("", ">", "<"))

    def is_wanted(moment: datetime | None) -> bool:
        if exact is None and after is None and before is None:
            return True
        return moment is not None and (
            (exact is None or exact[0] <= moment < exact[1])
            and (after is None or moment >= after[0])
            and (before is None or moment < before[1])
        )

    return is_wanted


def matches(request: Request, name: str, value: str | None) -> bool:
    wanted = request.query_params.get(name)
    return not wanted or wanted == value


def _start_after(request: Request, items: Sequence[Any], default: int) -> int:
    """The token of a page names the last item before it, so that new items shift nothing."""
    token = request.query_params.get("PageToken", "")
    if token and not _TOKEN.fullmatch(token):
        raise RestError(400, _INVALID_TOKEN, "Invalid PageToken")
    for place, item in enumerate(items):
        if token and token == _token(item):
            return place + 1
    return default


def _token(item: Any) -> str:
    """`PA` and the SID of an item, or of the call that it is."""
    if isinstance(item, dict):
        return f"PA{item['sid']}"
    return f"PA{item.sid if hasattr(item, 'sid') else item.leg.sid}"


def _address(request: Request, size: int, page: int, last: Any = None) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items()]
    query = [pair for pair in kept if pair[0] not in _PAGING]
    query += [("PageSize", str(size)), ("Page", str(page))]
    if last is not None:
        query.append(("PageToken", _token(last)))
    return f"{request.url.path}?{urlencode(query)}"


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if not text:
        return default
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise RestError(400, INVALID_PARAMETER, f"{name} is not a number")
    return int(text)


def _span(text: str | None) -> tuple[datetime, datetime] | None:
    """A day of UTC, or the second that is named."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        start = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return start, start + (_DAY if len(text) <= len("2026-11-25") else _SECOND)
    except (ValueError, OverflowError):
        raise RestError(400, INVALID_PARAMETER, f"{text} is not a date") from None
