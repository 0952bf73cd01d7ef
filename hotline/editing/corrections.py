"""Tasks to set an entry right: told by people, by calls that were not put through, by the day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.models import DirectoryEntry
from hotline.editing import queries
from hotline.editing.models import Correction, CorrectionKind, CorrectionState, NumberProof
from hotline.editing.schemas import CorrectionChanged
from hotline.events import service as events
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.worktime import WUHAI_OFFICE, end_of_working_day, official_calendar

WORKING_DAYS = 3
"""What is told to be wrong is set right within so many working days."""
FAILURES = 2
"""So many calls in a row that were not put through make a task."""
MOST_NOTES = 1_000


async def report_wrong(
    session: AsyncSession, principal: Principal, entry_key: str, note: str
) -> Correction:
    """Whoever reads it says that it is wrong; told again, it is the same task."""
    entry = await queries.known_entry(session, principal, entry_key)
    task = await raise_correction(
        session, entry, CorrectionKind.WRONG, note=mask_text(note), by_id=principal.account_id
    )
    await audit.record(session, principal, "entry.reported", target=f"entry:{entry.key}")
    return task


async def note_report(session: AsyncSession, city_id: UUID, entry_key: str, note: str) -> None:
    """A resident said on the portal that it is wrong; `note` is masked already."""
    entry = await queries.entry_row(session, city_id, entry_key)
    if entry is not None:
        await raise_correction(session, entry, CorrectionKind.WRONG, note=note)


async def note_bridge(
    session: AsyncSession, city_id: UUID, entry_key: str, number: str, *, was_answered: bool
) -> None:
    """A caller was put through, or was not: the call proves the number."""
    entry = await queries.entry_row(session, city_id, entry_key)
    if entry is None:
        return
    proof = await _proof(session, entry.id, number)
    if was_answered:
        proof.proven_at, proof.failures = clock.now(), 0
        return
    proof.failed_at, proof.failures = clock.now(), proof.failures + 1
    if proof.failures >= FAILURES:
        await raise_correction(session, entry, CorrectionKind.FAILED_TRANSFER, note=number)


async def raise_correction(
    session: AsyncSession,
    entry: DirectoryEntry,
    kind: CorrectionKind,
    *,
    note: str = "",
    by_id: UUID | None = None,
    due_at: datetime | None = None,
) -> Correction:
    """One open task of a kind for an entry: what is told again is added to it."""
    made = insert(Correction).values(
        id=uuid7(), created_at=clock.now(), updated_at=clock.now(), city_id=entry.city_id,
        organization_id=entry.organization_id or entry.city_id, entry_id=entry.id, kind=kind,
        state=CorrectionState.OPEN, note=note, reported_count=0, reported_by_id=by_id,
        due_at=due_at or _due(), settled_note="", version=1,
    )  # fmt: skip
    await session.execute(made.on_conflict_do_nothing())
    chosen = select(Correction).where(
        Correction.entry_id == entry.id,
        Correction.kind == kind,
        Correction.state == CorrectionState.OPEN,
    )
    task = (await session.scalars(chosen.with_for_update(key_share=True))).one()
    task.reported_count += 1
    if note and note not in task.note:
        task.note = f"{task.note}\n{note}".strip()[-MOST_NOTES:]
    await session.flush()
    await tell_correction(session, task, entry.key)
    return task


async def tell_correction(session: AsyncSession, task: Correction, entry_key: str) -> None:
    """Consoles of the department fetch their tasks anew."""
    await events.record(
        session,
        "correction.changed",
        subject_id=task.id,
        payload=CorrectionChanged(id=task.id, entry_id=entry_key, state=task.state),
        audience=[task.organization_id],
        scope="directory:write",
    )


async def _proof(session: AsyncSession, entry_id: UUID, number: str) -> NumberProof:
    made = insert(NumberProof).values(entry_id=entry_id, number=number, failures=0)
    await session.execute(made.on_conflict_do_nothing())
    return await session.get_one(NumberProof, (entry_id, number), with_for_update=True)


def _due() -> datetime:
    reckoned = end_of_working_day(
        clock.now(), WORKING_DAYS, calendar=official_calendar(), office=WUHAI_OFFICE
    )
    return reckoned.at
