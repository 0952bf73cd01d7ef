"""What the roll-ups hold, and calls made of thin air."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents.models import Skill
from hotline.calls.models import Call, CallStatus
from hotline.db import uuid7
from hotline.queueing.models import EntryStatus, Queue, QueueEntry, Rating
from hotline.stats import queries
from hotline.stats.models import StatDay, StatHalfHour, StatMonth
from hotline.stats.periods import Period
from hotline.stats.roll_up import look_anew

TICKETS, CALLS, PRESENCE = 0, 1, 2


async def counted(session: AsyncSession, scope_id: UUID, day: date) -> Mapping[str, int]:
    """Every measure of a day, as the organization counts it."""
    period = Period(day, day)
    rows = await session.execute(
        select(StatDay.measure, StatDay.value).where(
            StatDay.scope_id == scope_id,
            StatDay.dimension == "all",
            StatDay.day.between(period.first, period.last),
            StatDay.value != 0,
        )
    )
    return {measure: value for measure, value in rows}


async def look(session: AsyncSession, *tickets: Any) -> None:
    await session.flush()
    await look_anew(session, TICKETS, [one.id for one in tickets])


async def everything(session: AsyncSession) -> tuple[dict[Any, int], dict[Any, int]]:
    """All roll-ups but what has come down to nothing; by day, and by month and half hour."""
    days = await session.execute(
        select(StatDay.scope_id, StatDay.measure, StatDay.dimension, StatDay.day, StatDay.member,
               StatDay.value).where(StatDay.value != 0)
    )  # fmt: skip
    slots = await session.execute(
        select(StatHalfHour.scope_id, StatHalfHour.measure, StatHalfHour.slot,
               StatHalfHour.value).where(StatHalfHour.value != 0)
    )  # fmt: skip
    months = await session.execute(
        select(StatMonth.scope_id, StatMonth.measure, StatMonth.dimension, StatMonth.month,
               StatMonth.member, StatMonth.value).where(StatMonth.value != 0)
    )  # fmt: skip
    longer = {tuple(row[:5]): row[5] for row in months}
    longer |= {tuple(row[:3]): row[3] for row in slots}
    return {tuple(row[:5]): row[5] for row in days}, longer


async def make_queue(session: AsyncSession, city_id: UUID) -> Queue:
    queue = Queue(
        organization_id=city_id, city_id=city_id, key=f"line-{uuid7().hex}", skill=Skill.MANDARIN
    )
    session.add(queue)
    await session.flush()
    return queue


async def make_call(
    session: AsyncSession,
    queue: Queue,
    at: datetime,
    *,
    waited: float | None = None,
    talked: float | None = None,
    district_id: UUID | None = None,
    agent_id: UUID | None = None,
    level: int | None = None,
) -> Call:
    """`waited` None: the machine alone; `talked` None: the caller gave up."""
    call = Call(
        id=uuid7(), provider_sid=f"CA{uuid7().hex}", organization_id=queue.city_id,
        city_id=queue.city_id, district_id=district_id, to_number="+86473114",
        from_masked="138****0000", status=CallStatus.ENDED, started_at=at, agent_id=agent_id,
        ended_at=at + timedelta(seconds=20 + (waited or 0) + (talked or 0)),
    )  # fmt: skip
    session.add(call)
    await session.flush()
    if waited is not None:
        _wait(session, queue, call, waited, talked)
    if level is not None:
        session.add(Rating(call_id=call.id, city_id=queue.city_id, level=level, means="key"))
    await session.flush()
    return call


def _wait(
    session: AsyncSession, queue: Queue, call: Call, waited: float, talked: float | None
) -> None:
    entered = call.started_at + timedelta(seconds=20)
    left = entered + timedelta(seconds=waited)
    call.queued_at = entered
    call.answered_at = left if talked is not None else None
    session.add(
        QueueEntry(
            queue_id=queue.id, call_id=call.id, city_id=queue.city_id,
            organization_id=queue.city_id, skill=queue.skill, status=EntryStatus.ENDED,
            entered_at=entered, answered_at=call.answered_at, ended_at=left,
            end_reason="abandoned" if talked is None else "talked",
        )
    )  # fmt: skip


async def sums(session: AsyncSession, scope_id: UUID, first: date, last: date, *names: str) -> Any:
    return await queries.sums(session, scope_id, Period(first, last), names)
