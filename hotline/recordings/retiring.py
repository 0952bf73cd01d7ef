"""Erase what was kept for its time; once a day, oldest first."""

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
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
    """How many were erased. The row and what it says stay; the sound goes."""
    async with database.transaction() as session:
        due = await _due(session)
        for recording in due:
            # First the sound: one that cannot be let go of now is due at the next run again.
            await store.erase(recording.id)
            recording.state, recording.erased_at = RecordingState.ERASED, clock.now()
            recording.digest = None
            await audit.record(
                session, None, "recording.erased", target=f"recording:{recording.id}"
            )
    if due:
        log.info("recordings.retired", count=len(due))
    return len(due)


async def _due(session: AsyncSession) -> list[CallRecording]:
    now = clock.now()
    rows = (await session.execute(queries.kept_before(now - SHORTEST, AT_ONCE))).all()
    return [recording for recording, call in rows if await _is_over(session, recording, call)]


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
