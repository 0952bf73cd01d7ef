"""What stands in a query or a form, read and judged. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.opendata.georeport.faults import Refused, unfit

SPAN = timedelta(days=90)
MOST = 1000
LONGEST = 4000
STATUSES = frozenset({"open", "closed"})
_W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_ATTRIBUTE = re.compile(r"attribute\[([\w-]{1,60})\](\[\])?")
_BIGGEST_OFFSET = 100_000
_OLDEST, _LATEST = 1900, 2200
"""Years that can be reckoned with: around them, 90 days more or less are a moment too."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """Names → values, in the order given; an empty value is as good as none."""

    pairs: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def get(self, name: str) -> str:
        return next((value.strip() for key, value in self.pairs if key == name and value), "")

    def listed(self, name: str) -> tuple[str, ...]:
        """Declared several times, or once with commas."""
        given = [value for key, value in self.pairs if key == name]
        return tuple(part.strip() for value in given for part in value.split(",") if part.strip())

    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """`attribute[code]=value`, `attribute[code][]=value`."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            named = _ATTRIBUTE.fullmatch(name)
            if named and value.strip():
                found[named[1]] = (*found.get(named[1], ()), value.strip())
        return found


def storable(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """PostgreSQL takes no NUL, not even to look for it."""
    return [(name, value.replace("\x00", "")) for name, value in pairs]


@dataclass(frozen=True, slots=True)
class Window:
    since: datetime
    until: datetime


def window(arguments: Arguments, now: datetime) -> Window:
    """The asked time, else the latest 90 days; never more than 90 days."""
    start, end = moment(arguments, "start_date"), moment(arguments, "end_date")
    until = end or (min(start + SPAN, now) if start else now)
    since = start or until - SPAN
    if since > until:
        raise unfit("start_date 晚于 end_date（start_date is after end_date）。")
    if until - since > SPAN:
        raise unfit("时间范围不能超过 90 天（the range may not span more than 90 days）。")
    return Window(since, until)


def moment(arguments: Arguments, name: str) -> datetime | None:
    text = arguments.get(name)
    if not text:
        return None
    try:
        if not _W3.fullmatch(text):
            raise ValueError
        found = datetime.fromisoformat(text)
        if not _OLDEST <= found.year <= _LATEST:
            raise ValueError
        return found
    except ValueError:
        wrong = f"{name} 应为带时区的 W3C 时间，如 2026-01-01T00:00:00Z"
        raise unfit(f"{wrong}（must be in w3 format with a time zone）。") from None


def statuses(arguments: Arguments) -> frozenset[str]:
    given = frozenset(arguments.listed("status"))
    if not given <= STATUSES:
        raise unfit("status 只能是 open 或 closed（status must be open or closed）。")
    return given


def paging(arguments: Arguments) -> tuple[int, int]:
    """`page` from 1 and `page_size` → limit, offset."""
    size = _count(arguments, "page_size", MOST)
    page = _count(arguments, "page", 1)
    if size > MOST or (page - 1) * size > _BIGGEST_OFFSET:
        raise unfit(f"page_size 最大为 {MOST}（page or page_size is too large）。")
    return size, (page - 1) * size


def coordinate(arguments: Arguments, name: str, most: float) -> float | None:
    """WGS 84, in degrees."""
    text = arguments.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        raise unfit(f"{name} 不是坐标（{name} is not a WGS84 coordinate）。")
    return value


def all_faults(judged: Iterable[Refused | None]) -> None:
    """Several faults are told at once."""
    faults = [fault for refused in judged if refused is not None for fault in refused.faults]
    if faults:
        raise Refused(*sorted(faults, key=lambda fault: -fault.code))


def _count(arguments: Arguments, name: str, otherwise: int) -> int:
    text = arguments.get(name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise unfit(f"{name} 应为正整数（{name} must be a positive integer）。")
    return int(text)
