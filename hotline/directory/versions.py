"""What an entry said over time: every change of it, whatever the way, leaves a version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import DirectoryEntry, EntryVersion
from hotline.directory.rows import ServiceRow

VERIFY_EVERY = timedelta(days=300)
"""How long an entry counts as true without anybody looking at it again."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who wrote it, who let it pass, and how it came."""

    source: str = "import"
    note: str = ""
    author_id: UUID | None = None
    reviewer_id: UUID | None = None


async def record_versions(
    session: AsyncSession,
    entries: Iterable[DirectoryEntry],
    rows: Mapping[str, ServiceRow],
    provenance: Provenance,
) -> None:
    """The next version of each; its text counts as verified on the day that it bears."""
    written = []
    for entry in entries:
        entry.number += 1
        entry.verified_on = entry.updated_on
        entry.verify_by = entry.updated_on + VERIFY_EVERY
        written.append(_version(entry, rows[entry.key].content(), provenance))
    if written:
        await session.flush()
        await session.execute(insert(EntryVersion), written)


async def withdraw_entry(
    session: AsyncSession, entry: DirectoryEntry, content: dict[str, Any], provenance: Provenance
) -> None:
    """Nobody hears of it any more; what it said last stays on record."""
    entry.status = "withdrawn"
    entry.number += 1
    await session.flush()
    await session.execute(insert(EntryVersion), [_version(entry, content, provenance)])


def today() -> date:
    return clock.local(clock.now()).date()


def _version(
    entry: DirectoryEntry, content: dict[str, Any], provenance: Provenance
) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "number": entry.number,
        "content": content,
        "source": provenance.source,
        "note": provenance.note,
        "published_at": clock.now(),
        "author_id": provenance.author_id,
        "reviewer_id": provenance.reviewer_id,
    }
