"""Lists come in pages of 50, at most 1000, with the addresses of the pages around."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request

from hotline.carrier.rest.route import RestError

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
_INVALID_PAGE = 20006
T = TypeVar("T")

_PAGING = frozenset({"PageSize", "Page", "PageToken"})


def page_of(
    request: Request, name: str, items: Iterable[T], shape: Callable[[T], dict[str, Any]]
) -> dict[str, Any]:
    """One page of `items`, which come newest first."""
    size = min(_number(request, "PageSize", DEFAULT_SIZE) or DEFAULT_SIZE, LARGEST_SIZE)
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


def matches_date(request: Request, name: str, moment: datetime | None) -> bool:
    """`Name=2026-11-25`, `Name>=…` (on or after) and `Name<=…` (on or before)."""
    query = request.query_params
    exact, after, before = (_day(query.get(name + mark)) for mark in ("", ">", "<"))
    if exact is None and after is None and before is None:
        return True
    if moment is None:
        return False
    day = moment.date()
    return (
        (exact is None or day == exact)
        and (after is None or day >= after)
        and (before is None or day <= before)
    )


def matches(request: Request, name: str, value: str | None) -> bool:
    wanted = request.query_params.get(name)
    return not wanted or wanted == value


def _start_after(request: Request, items: Sequence[Any], default: int) -> int:
    """The token of a page names the last item before it, so that new items shift nothing."""
    token = request.query_params.get("PageToken", "")
    for place, item in enumerate(items):
        if token and token == _token(item):
            return place + 1
    return default


def _token(item: Any) -> str:
    """`PA` and the SID of an item, or of the call that it is."""
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
    if not text.isdecimal():
        raise RestError(400, _INVALID_PAGE, f"{name} is not a number")
    return int(text)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError:
        raise RestError(400, _INVALID_PAGE, f"{text} is not a date") from None
