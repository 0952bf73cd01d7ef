"""Keep the roll-ups exact: take back what a row counted, look at it anew, add what it counts now.

The lock on the cursor's row makes one writer. Facts keep what was counted, so that a late or
corrected row never counts twice; an event only says which rows to look at.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.stats.call_facts import CALL_FACTS, OPEN_STRETCHES, PRESENCE_FACTS
from hotline.stats.cubes import count_days, count_half_hours, count_months, with_days
from hotline.stats.measures import CUBES
from hotline.stats.models import StatCursor
from hotline.stats.ticket_facts import (
    EARLIER_OF_SAME_CALLER,
    TICKET_FACTS,
    TICKETS_OF_ORDERS,
)
from hotline.tickets.timetables import timetable_for

BATCH = 1_000
AT_ONCE = 200
_YEARS = 3

_TICKETS, _CALLS, _PRESENCE, _ORDERS = range(4)
_TABLES = ("stat_ticket", "stat_call", "stat_presence")
_FACTS = tuple(map(with_days, (TICKET_FACTS, CALL_FACTS, PRESENCE_FACTS)))
_SOURCES = ("ticket", "call", "presence_change")
_SUBJECTS = {
    "ticket": _TICKETS, "call": _CALLS, "account": _PRESENCE, "work_order": _ORDERS,
}  # fmt: skip

_EVENTS = text("""
SELECT seq, subject_type, subject_id FROM event
WHERE seq > :after AND seq <= :last ORDER BY seq LIMIT :most
""")
_POSITION = text("SELECT last, epoch FROM event_position WHERE id = 1")
# A batch that is late must not be cut off for being large: it would be tried for ever.
_PATIENCE = text("SET LOCAL statement_timeout = '60s'")
_CITY = text("SELECT id FROM organization WHERE tier = 'city' ORDER BY id LIMIT 1")


@dataclass(slots=True)
class _Touched:
    """Ids of rows to look at, by sort."""

    by_sort: Mapping[int, set[UUID]] = field(default_factory=lambda: {n: set() for n in range(4)})

    def note(self, subject_type: str, subject_id: str) -> None:
        sort = _SUBJECTS.get(subject_type)
        if sort is not None:
            self.by_sort[sort].add(UUID(subject_id))


async def follow_events(session: AsyncSession) -> int:
    """Count what the next events of the log are about; how many events there were.

    Nothing when another process holds the cursor. A log that began anew is counted from nothing.
    """
    chosen = select(StatCursor).where(StatCursor.id == 1).with_for_update(skip_locked=True)
    cursor = await session.scalar(chosen)
    if cursor is None:
        return 0
    await session.execute(_PATIENCE)
    last, epoch = (await session.execute(_POSITION)).one()
    if cursor.epoch is not None and cursor.epoch != epoch:
        await _forget_everything(session)
        await count_everything(session)
        cursor.seq, cursor.epoch = last, epoch
        return 1
    cursor.epoch = epoch
    rows = (await session.execute(
        _EVENTS, {"after": cursor.seq, "last": last, "most": BATCH}
    )).all()  # fmt: skip
    touched = _Touched()
    for _, subject_type, subject_id in rows:
        touched.note(subject_type, subject_id)
    await _look_at(session, touched)
    cursor.seq = rows[-1][0] if len(rows) == BATCH else last
    if rows:
        cursor.counted_at = clock.now()
    return len(rows)


async def rebuild(session: AsyncSession) -> None:
    """Forget everything and count it from the rows: after a bulk load or a change of calendar."""
    await session.execute(select(StatCursor).where(StatCursor.id == 1).with_for_update())
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await _forget_everything(session)
    await count_everything(session)


async def count_everything(session: AsyncSession) -> None:
    for sort, source in enumerate(_SOURCES):
        ids = (await session.scalars(text(f"SELECT id FROM {source} ORDER BY id"))).all()  # noqa: S608
        for some in _batches(ids, AT_ONCE * 4):
            await look_anew(session, sort, some)


async def look_anew(session: AsyncSession, sort: int, ids: Iterable[UUID]) -> None:
    """Take back, look, add; for rows of one sort."""
    keys: dict[str, Any] = {"ids": sorted(ids)}
    if not keys["ids"]:
        return
    await _count(session, sort, keys, sign=-1)
    table, cube = _TABLES[sort], CUBES[sort]
    await session.execute(text(f"DELETE FROM {table} WHERE {cube.key} = ANY(:ids)"), keys)  # noqa: S608
    more = {"off_days": await _off_days(session)} if sort == _TICKETS else {}
    await session.execute(text(_FACTS[sort]), keys | more)
    await _count(session, sort, keys, sign=1)


async def _look_at(session: AsyncSession, touched: _Touched) -> None:
    tickets, calls, accounts, orders = (touched.by_sort[n] for n in range(4))
    if orders:
        tickets |= set(await session.scalars(text(TICKETS_OF_ORDERS), {"ids": list(orders)}))
    if tickets:
        earlier = await session.scalars(text(EARLIER_OF_SAME_CALLER), {"ids": list(tickets)})
        tickets |= set(earlier)
    changes: Sequence[UUID] = ()
    if accounts:
        changes = (await session.scalars(text(OPEN_STRETCHES), {"ids": list(accounts)})).all()
    looks: Sequence[Iterable[UUID]] = (tickets, calls, changes)
    for sort, ids in enumerate(looks):
        for some in _batches(ids, AT_ONCE):
            await look_anew(session, sort, some)


async def _count(session: AsyncSession, sort: int, keys: dict[str, Any], *, sign: int) -> None:
    await session.execute(text(count_days(sort, sign)), keys)
    await session.execute(text(count_months(sort, sign)), keys)
    if CUBES[sort].by_half_hour:
        await session.execute(text(count_half_hours(sort, sign)), keys)


async def _forget_everything(session: AsyncSession) -> None:
    for table in (*_TABLES, "stat_day", "stat_month", "stat_half_hour"):
        await session.execute(text(f"DELETE FROM {table}"))  # noqa: S608


def _batches(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    left = iter(ids)
    while some := list(islice(left, size)):
        yield some


async def _off_days(session: AsyncSession) -> list[date]:
    """Days of the last years and the next that nobody works; by the city's own calendar."""
    city_id = await session.scalar(_CITY)
    calendar = (await timetable_for(session, city_id)).calendar if city_id else None
    first = clock.local(clock.now()).date() - timedelta(days=365 * _YEARS)
    days = (first + timedelta(days=n) for n in range(365 * (_YEARS + 1)))
    return [day for day in days if calendar is not None and not calendar.is_working(day)]
