"""Say again that an entry is true; remind of those whose day comes; withdraw what has expired."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.directory.importing import announce_published, lock_directory
from hotline.directory.models import DirectoryEntry
from hotline.directory.versions import VERIFY_EVERY, Provenance, today, withdraw_entry
from hotline.editing import queries
from hotline.editing.corrections import raise_correction, tell_correction
from hotline.editing.drafts import standing_content
from hotline.editing.models import CorrectionKind
from hotline.editing.settling import settle_verification
from hotline.editing.standing import SOON
from hotline.errors import InvalidInput
from hotline.principal import Principal

LONGEST = timedelta(days=366)
AT_ONCE = 2_000


async def verify_entry(
    session: AsyncSession, principal: Principal, entry_key: str, verify_by: date | None = None
) -> DirectoryEntry:
    """Nothing changes but the day until which it counts as true."""
    entry = await queries.own_entry(session, principal, entry_key, is_locked=True)
    day = today()
    until = verify_by or day + VERIFY_EVERY
    if not day < until <= day + LONGEST:
        raise InvalidInput(errors=[{"field": "verify_by", "message": "应在一年之内"}])
    entry.verified_on, entry.verify_by = day, until
    await settle_verification(session, principal, entry.id)
    await session.flush()
    await audit.record(
        session, principal, "entry.verified", target=f"entry:{entry.key}", until=until
    )
    return entry


async def watch(session: AsyncSession) -> None:
    """What the day brings: tasks for what is due, reminders, withdrawals. Safe to run twice."""
    await _expire(session)
    await _ask_to_verify(session)
    await _remind(session)


async def _expire(session: AsyncSession) -> None:
    await lock_directory(session)
    over = select(DirectoryEntry).where(
        DirectoryEntry.status == "published", DirectoryEntry.expires_on < today()
    )
    gone: dict[UUID, list[str]] = {}
    for entry in await session.scalars(over.order_by(DirectoryEntry.id).with_for_update()):
        content = await standing_content(session, entry)
        await withdraw_entry(session, entry, content, Provenance("expire"))
        await audit.record(session, None, "entry.expired", target=f"entry:{entry.key}")
        gone.setdefault(entry.city_id, []).append(entry.key)
    for city_id, keys in gone.items():
        await announce_published(session, city_id, keys)


async def _ask_to_verify(session: AsyncSession) -> None:
    due = (
        select(DirectoryEntry)
        .where(
            DirectoryEntry.status == "published",
            DirectoryEntry.verify_by <= today() + SOON,
            ~queries.has_open_correction(CorrectionKind.VERIFY),
        )
        .order_by(DirectoryEntry.verify_by)
        .limit(AT_ONCE)
    )
    for entry in await session.scalars(due):
        assert entry.verify_by is not None  # by the condition
        await raise_correction(
            session, entry, CorrectionKind.VERIFY, due_at=_end_of(entry.verify_by)
        )


async def _remind(session: AsyncSession) -> None:
    late = queries.overdue_corrections(clock.now()).limit(AT_ONCE).with_for_update(skip_locked=True)
    tasks = (await session.scalars(late)).all()
    entries = await queries.entries_by_id(session, {task.entry_id for task in tasks})
    for task in tasks:
        task.reminded_at = clock.now()
        await session.flush()
        await tell_correction(session, task, entries[task.entry_id].key)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), clock.LOCAL)
