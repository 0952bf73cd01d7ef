"""Bring tasks to an end: by the department, or because the entry was seen to be true."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.editing import queries
from hotline.editing.models import Correction, CorrectionKind, CorrectionState
from hotline.errors import Conflict, StaleVersion
from hotline.principal import Principal


class CorrectionSettled(Conflict):
    code, detail = "correction_settled", "这项核对任务已经办结。"


async def settle_correction(
    session: AsyncSession,
    principal: Principal,
    correction_id: UUID,
    outcome: CorrectionState,
    *,
    note: str,
    version: int,
) -> Correction:
    task = await queries.correction(session, principal, correction_id)
    if task.version != version:
        raise StaleVersion
    if task.state != CorrectionState.OPEN:
        raise CorrectionSettled
    _settle(task, principal, outcome, note)
    await session.flush()
    await audit.record(session, principal, "correction.settled", target=f"correction:{task.id}")
    return task


async def settle_verification(session: AsyncSession, principal: Principal, entry_id: UUID) -> None:
    """Whoever publishes or confirms an entry has looked at it."""
    due = select(Correction).where(
        Correction.entry_id == entry_id,
        Correction.kind == CorrectionKind.VERIFY,
        Correction.state == CorrectionState.OPEN,
    )
    task = await session.scalar(due.with_for_update(key_share=True))
    if task is not None:
        _settle(task, principal, CorrectionState.FIXED, "")


def _settle(task: Correction, principal: Principal, outcome: CorrectionState, note: str) -> None:
    task.state, task.settled_note = outcome, note
    task.settled_at, task.settled_by_id = clock.now(), principal.account_id
