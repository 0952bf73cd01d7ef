"""Erase what was kept for its time; once a day, oldest first."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.attachments.bucket import StoreUnavailable
from hotline.attachments.keeping import Store
from hotline.calls.models import Call
from hotline.db import Database
from hotline.recordings import queries
from hotline.recordings.keeping import Matter, keep_until
from hotline.recordings.models import CallRecording, RecordingState
from hotline.retention.queries import is_held
from hotline.tickets.states import FINISHED, TicketKind

log = structlog.get_logger()

AT_ONCE = 500
SHORTEST = timedelta(days=28)
SELF_HARM_LINE = "12356"
_GRIEVANCES = frozenset({TicketKind.COMPLAINT, TicketKind.REPORT})


async def retire(database: Database, store: Store) -> int:
    """How many were erased. The row and what it says stay; the sound goes.

    Each in a transaction of its own, which asks anew: a hold that came since counts. One whose
    file cannot be let go of now stays for the next run.
    """
    async with database.transaction() as session:
        chosen = queries.kept_before(clock.now() - SHORTEST, AT_ONCE)
        old = list(await session.scalars(chosen))
    erased = left = 0
    for recording_id in old:
        try:
            erased += await _retire_one(database, store, recording_id)
        except StoreUnavailable:
            left += 1
    if left:
        log.warning("recordings.storage_away", count=left)
    if erased:
        log.info("recordings.retired", count=erased)
    return erased


async def _retire_one(database: Database, store: Store, recording_id: UUID) -> bool:
    async with database.transaction() as session:
        row = (await session.execute(queries.free_to_change(recording_id))).one_or_none()
        if row is None or not await _is_over(session, row[0], row[1]):
            return False
        recording = row[0]
        # First the sound: one that cannot be let go of now is due at the next run again.
        await store.erase(recording.id)
        recording.state, recording.erased_at = RecordingState.ERASED, clock.now()
        recording.digest = None
        await audit.record(session, None, "recording.erased", target=f"recording:{recording.id}")
    return True


async def _is_over(session: AsyncSession, recording: CallRecording, call: Call) -> bool:
    terms = await queries.terms_of(session, call.district_id or call.organization_id)
    tickets = await queries.tickets_of(session, call, recording)
    if await is_held(session, [ticket.id for ticket in tickets], call.from_blind):
        return False
    matters = [
        Matter(
            is_grievance=ticket.kind in _GRIEVANCES,
            closed_at=ticket.closed_at if ticket.status in FINISHED else None,
        )
        for ticket in tickets
    ]
    assert recording.ended_at is not None
    until = keep_until(
        recording.ended_at, is_self_harm=call.emergency == SELF_HARM_LINE, matters=matters,
        terms=terms,
    )  # fmt: skip
    return until is not None and until <= clock.now()
