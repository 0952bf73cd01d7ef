"""Bring waiting callers and free agents together, one pair after the other."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import queries as seats
from hotline.agents.service import DISTRIBUTE
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.queueing import queries
from hotline.queueing.choose_agent import (
    Free,
    Pair,
    Waiting,
    next_pair,
    seconds_to_overflow,
)
from hotline.queueing.models import QueueEntry
from hotline.queueing.offers import offer_call


async def distribute(database: Database, city_id: UUID) -> None:
    """Until there is no pair; each offer is a transaction of its own and may lose its race."""
    lost: set[tuple[UUID, UUID]] = set()
    while True:
        async with database.transaction() as session:
            pair = await _choose(session, city_id, lost)
            if pair is None:
                await _look_again_later(session, city_id)
                return
        key = (pair.waiting.id, pair.agent.account_id)
        async with database.transaction() as session:
            if not await offer_call(session, *key):
                lost.add(key)


async def _choose(
    session: AsyncSession, city_id: UUID, lost: set[tuple[UUID, UUID]]
) -> Pair | None:
    now = clock.now()
    entries = [entry for entry in await queries.in_line(session, city_id) if _is_due(entry, now)]
    if not entries:
        return None
    reach = await queries.reach(session, city_id)
    waiting = [_waiting(entry, reach, now, lost) for entry in entries]
    free = [
        Free(seat.account_id, seat.organization_id, frozenset(seat.skills), seat.idle_since)
        for seat in await seats.free_seats(session, city_id)
    ]
    return next_pair(waiting, free, frozenset(await seats.staffed(session, city_id)))


async def _look_again_later(session: AsyncSession, city_id: UUID) -> None:
    """When the next caller may overflow, or may be offered again."""
    now = clock.now()
    reach = await queries.reach(session, city_id)
    moments: list[datetime] = []
    for entry in await queries.in_line(session, city_id):
        if entry.offer_after is not None and entry.offer_after > now:
            moments.append(entry.offer_after)
        seconds = seconds_to_overflow(_waiting(entry, reach, now, set()))
        if seconds is not None:
            moments.append(now + timedelta(seconds=seconds))
    if moments:
        payload = {"city_id": str(city_id)}
        await jobs.enqueue(
            session, DISTRIBUTE, payload, run_at=min(moments), dedupe=f"later:{city_id}"
        )


def _is_due(entry: QueueEntry, now: datetime) -> bool:
    return entry.offer_after is None or entry.offer_after <= now


def _waiting(
    entry: QueueEntry,
    reach: dict[UUID, dict[UUID, int]],
    now: datetime,
    lost: set[tuple[UUID, UUID]],
) -> Waiting:
    refused = {UUID(account_id) for account_id in entry.refused}
    return Waiting(
        id=entry.id,
        organization_id=entry.organization_id,
        skill=entry.skill,
        priority=entry.priority,
        entered_at=entry.entered_at,
        waited=(now - entry.entered_at).total_seconds(),
        reach=reach.get(entry.queue_id, {}),
        refused=refused | {account for place, account in lost if place == entry.id},
        wanted=entry.wanted_account_id,
    )
