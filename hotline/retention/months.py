"""Let a month of a log go as a whole, once it is over everywhere and nothing in it must stay."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import Database
from hotline.db.outages import is_outage
from hotline.retention import queries
from hotline.retention.kinds import FREE_CALL, HELD_SUBJECTS, RULES, Kind

log = structlog.get_logger()

TRIES, _PAUSE_SECONDS = 5, 1.0
_PATIENCE = text("SET LOCAL statement_timeout = '120s'")
# Taking a month off its log needs every reader gone for a moment: nobody shall queue behind that.
_BRIEFLY = text("SET LOCAL lock_timeout = '200ms'")
_DROP = text("SELECT drop_month_partition(:name, :before)")
# No hold may come between the look at a month and its end.
_NO_NEW_HOLDS = text("LOCK TABLE legal_hold IN SHARE MODE")
_HOLDS = text("SELECT count(*) FROM legal_hold")


@dataclass(frozen=True, slots=True)
class Log:
    """`stays` says of a row `r` that it may not go, whatever its age."""

    table: str
    stays: str


_OF_A_KEPT_CALL = f"""EXISTS (SELECT 1 FROM call c
    WHERE c.id = r.call_id AND NOT (c.status = 'ended' AND {FREE_CALL}))"""  # noqa: S608 (ours)

LOGS: Mapping[Kind, Log] = {
    Kind.TURNS: Log("turn", _OF_A_KEPT_CALL),
    Kind.WEBHOOK_RECEIPTS: Log("webhook_receipt", _OF_A_KEPT_CALL),
    Kind.EVENTS: Log(
        "event", f"r.seq IS NULL OR (r.subject_type, r.subject_id) IN ({HELD_SUBJECTS})"
    ),
}


@dataclass(frozen=True, slots=True)
class Month:
    """A table that holds the rows of one month."""

    name: str
    began_at: datetime
    over_at: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows, how many of them must stay, and how many holds there were at that moment."""

    count: int
    kept: int
    holds: int


def month_of(moment: datetime) -> datetime:
    """When the month began, as the tables are cut."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def drop_months(database: Database) -> dict[Kind, int]:
    """Every month that is over for the city that keeps longest; how many rows went with them."""
    done: dict[Kind, int] = {}
    for kind, one in LOGS.items():
        async with database.transaction() as session:
            before = await _before(session, kind)
            months = await queries.months_over(session, one.table, before)
        for month in months:
            if count := await _drop(database, kind, Month(*month), before):
                done[kind] = done.get(kind, 0) + count
    return done


async def _before(session: AsyncSession, kind: Kind) -> datetime:
    days = [(await queries.days_of(session, city))[kind] for city in await queries.cities(session)]
    return clock.now() - timedelta(days=max(days, default=RULES[kind].usual_days))


async def _drop(database: Database, kind: Kind, month: Month, before: datetime) -> int:
    """How many rows went; none where something must stay, or where readers did not let go."""
    content = await _content(database, LOGS[kind], month)
    if content.kept:
        return 0
    for _ in range(TRIES):
        try:
            return await _let_go(database, kind, month, content, before)
        except DBAPIError as error:
            if not is_outage(error):
                raise
            await asyncio.sleep(_PAUSE_SECONDS)
    log.warning("retention.month_busy", month=month.name)
    return 0


async def _content(database: Database, one: Log, month: Month) -> Content:
    counting = text(f"""
    SELECT count(*) AS count, count(*) FILTER (WHERE {one.stays}) AS kept
    FROM {one.table} r WHERE r.created_at >= :began_at AND r.created_at < :over_at
    """)  # noqa: S608 (ours)
    async with database.transaction() as session:
        await session.execute(_PATIENCE)
        holds = (await session.execute(_HOLDS)).scalar_one()
        asked = {"began_at": month.began_at, "over_at": month.over_at}
        count, kept = (await session.execute(counting, asked)).one()
    return Content(count, kept, holds)


async def _let_go(
    database: Database, kind: Kind, month: Month, content: Content, before: datetime
) -> int:
    async with database.transaction() as session:
        await session.execute(_BRIEFLY)
        await session.execute(_NO_NEW_HOLDS)
        if (await session.execute(_HOLDS)).scalar_one() != content.holds:
            return 0
        asked = {"name": month.name, "before": before}
        if not (await session.execute(_DROP, asked)).scalar_one():
            return 0
        await audit.record(session, None, "retention.month_dropped", target=f"retention:{kind}",
                           month=f"{month.began_at:%Y-%m}", count=content.count)  # fmt: skip
    log.info("retention.month_dropped", month=month.name, count=content.count)
    return content.count
