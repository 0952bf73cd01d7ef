"""Jobs of the follow-up: look for whose hour has come, and ring."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.db import Database
from hotline.follow_up import queries
from hotline.follow_up.models import FollowUpEnd
from hotline.follow_up.service import PLACE, SWEEP, call_ended, end_try, plan_try
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.messages.night import by_day
from hotline.telephony.client import CallGone, HostRefused, HostUnavailable, Placing, Telephony

log = structlog.get_logger()

SWEEP_EVERY = timedelta(minutes=1)
MOST_AT_ONCE = 5
"""Calls that go on at the same moment: agents' lines must stay free."""
LOOKED_AT = 200
RING_SECONDS = 30


def runners(telephony: Telephony | None) -> dict[str, Runner]:
    """Without a host nobody is called, and the hours are waited for."""
    if telephony is None:
        return {}
    return {SWEEP: _sweep, PLACE: partial(_place, telephony)}


async def begin(session: AsyncSession) -> None:
    await jobs.enqueue_missing(session, SWEEP, {SWEEP: {}})


async def sweep(database: Database) -> int:
    """Plan the calls whose hour has come, as many as may go on at once; how many there were."""
    async with database.transaction() as session:
        for call_id in await queries.left_behind(session):
            await _note_end(session, call_id)
        now = clock.now()
        free = MOST_AT_ONCE - await queries.going_on(session)
        is_night = by_day(now) != now
        ids = [] if is_night else list(await session.scalars(queries.waiting(now, LOOKED_AT)))
    planned = 0
    for ticket_id in ids:
        if planned >= free:
            break
        async with database.transaction() as session:
            planned += await plan_try(session, ticket_id) is not None
    return planned


async def _sweep(database: Database, job: Claimed) -> None:
    await sweep(database)
    async with database.transaction() as session:
        await job.finish(session)
        await jobs.enqueue(session, SWEEP, run_at=clock.now() + SWEEP_EVERY, dedupe=SWEEP)


async def _place(telephony: Telephony, database: Database, job: Claimed) -> None:
    """Ring once: what the host refuses is a try in vain, a host that is away is none."""
    follow_up_id = UUID(str(job.payload["follow_up_id"]))
    async with database.transaction() as session:
        placing, call_id = await _claim(session, telephony, follow_up_id)
    if placing is None or call_id is None:
        return
    try:
        sid = await telephony.place_call(placing)
    except HostUnavailable:
        log.warning("telephony.host_unavailable", call_id=str(call_id))
        await _not_placed(database, call_id, FollowUpEnd.CANCELED)
    except (CallGone, HostRefused):
        await _not_placed(database, call_id, FollowUpEnd.UNREACHED)
    else:
        await _placed(database, call_id, sid)


async def _claim(
    session: AsyncSession, telephony: Telephony, follow_up_id: UUID
) -> tuple[Placing | None, UUID | None]:
    follow_up = await queries.by_id(session, follow_up_id)
    call = await calls.call_under_lock(session, follow_up.call_id) if follow_up else None
    if follow_up is None or call is None or follow_up.ended_at is not None:
        return None, None
    number = service.caller_number(session, call)
    if number is None or not service.claim_placing(call):
        return None, None
    url = telephony.provider.url
    placing = Placing(
        to=number, from_=call.to_number, url=url(f"follow-up?call={call.id}"),
        status_url=url(f"follow-up-status?call={call.id}"), timeout=RING_SECONDS,
    )  # fmt: skip
    return placing, call.id


async def _placed(database: Database, call_id: UUID, sid: str) -> None:
    async with database.transaction() as session:
        call = await calls.call_under_lock(session, call_id)
        if call is not None and not service.is_placed(call):
            call.provider_sid = sid


async def _not_placed(database: Database, call_id: UUID, end: FollowUpEnd) -> None:
    async with database.transaction() as session:
        call = await calls.call_under_lock(session, call_id)
        follow_up = await queries.of_call(session, call_id)
        if call is not None and follow_up is not None:
            await service.end_call(session, call)
            await end_try(session, follow_up, end)


async def _note_end(session: AsyncSession, call_id: UUID) -> None:
    await calls.call_under_lock(session, call_id)
    follow_up = await queries.of_call(session, call_id)
    if follow_up is not None:
        await call_ended(session, follow_up)
