"""Every SELECT on drafts, versions, corrections and files."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import DirectoryEntry, EntryVersion
from hotline.editing.models import (
    OPEN_STATES,
    Correction,
    CorrectionKind,
    CorrectionState,
    EntryDraft,
    EntryImport,
    NumberProof,
)
from hotline.errors import NotFound
from hotline.organizations.queries import city_of
from hotline.principal import Principal

Kept = TypeVar("Kept", EntryDraft, EntryImport)


def visible_to(principal: Principal) -> Select[EntryDraft]:
    """Drafts of what the principal's subtree keeps."""
    return select(EntryDraft).where(one_of(EntryDraft.organization_id, principal.subtree))


def drafts_page(
    principal: Principal, *, states: Collection[str], after: UUID | None, limit: int
) -> Select[EntryDraft]:
    """Newest first."""
    chosen = visible_to(principal).order_by(EntryDraft.id.desc()).limit(limit)
    if states:
        chosen = chosen.where(EntryDraft.state.in_(states))
    return chosen if after is None else chosen.where(EntryDraft.id < after)


async def draft(
    session: AsyncSession, principal: Principal, draft_id: UUID, *, is_locked: bool = False
) -> EntryDraft:
    chosen = visible_to(principal).where(EntryDraft.id == draft_id)
    return await _one(session, chosen, is_locked=is_locked)


async def open_draft(session: AsyncSession, city_id: UUID, entry_key: str) -> EntryDraft | None:
    """The draft that somebody works on already; one at a time."""
    return await session.scalar(
        select(EntryDraft).where(
            EntryDraft.city_id == city_id,
            EntryDraft.entry_key == entry_key,
            EntryDraft.state.in_(OPEN_STATES),
        )
    )


async def entry_row(
    session: AsyncSession, city_id: UUID, entry_key: str, *, is_locked: bool = False
) -> DirectoryEntry | None:
    """Withdrawn ones too."""
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.key == entry_key
    )
    if is_locked:
        chosen = chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    return await session.scalar(chosen)


async def own_entry(
    session: AsyncSession, principal: Principal, entry_key: str, *, is_locked: bool = False
) -> DirectoryEntry:
    """An entry that the principal's subtree keeps; what vendors do is kept by the city."""
    found = await known_entry(session, principal, entry_key, is_locked=is_locked)
    if (found.organization_id or found.city_id) not in principal.subtree:
        raise NotFound
    return found


async def known_entry(
    session: AsyncSession, principal: Principal, entry_key: str, *, is_locked: bool = False
) -> DirectoryEntry:
    """An entry of the principal's city, whoever keeps it."""
    city_id = await city_of(session, principal.organization_id)
    found = await entry_row(session, city_id, entry_key, is_locked=is_locked)
    if found is None:
        raise NotFound
    return found


async def versions(session: AsyncSession, entry_id: UUID) -> Sequence[EntryVersion]:
    """Newest first."""
    chosen = select(EntryVersion).where(EntryVersion.entry_id == entry_id)
    return (await session.scalars(chosen.order_by(EntryVersion.number.desc()))).all()


async def version(session: AsyncSession, entry_id: UUID, number: int) -> EntryVersion | None:
    return await session.get(EntryVersion, (entry_id, number))


def corrections_page(
    principal: Principal,
    *,
    state: CorrectionState | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Select[Correction]:
    """What is due first comes first."""
    chosen = select(Correction).where(one_of(Correction.organization_id, principal.subtree))
    if state is not None:
        chosen = chosen.where(Correction.state == state)
    if after is not None:
        chosen = chosen.where(tuple_(Correction.due_at, Correction.id) > after)
    return chosen.order_by(Correction.due_at, Correction.id).limit(limit)


async def correction(
    session: AsyncSession, principal: Principal, correction_id: UUID
) -> Correction:
    """For a change: the row is locked."""
    chosen = select(Correction).where(
        Correction.id == correction_id, one_of(Correction.organization_id, principal.subtree)
    )
    found = await session.scalar(chosen.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


async def open_corrections(
    session: AsyncSession, entry_ids: Collection[UUID]
) -> Sequence[Correction]:
    chosen = select(Correction).where(
        Correction.entry_id.in_(entry_ids), Correction.state == CorrectionState.OPEN
    )
    return (await session.scalars(chosen)).all()


def has_open_correction(kind: CorrectionKind) -> ColumnElement[bool]:
    """A condition on an entry."""
    return exists().where(
        Correction.entry_id == DirectoryEntry.id,
        Correction.kind == kind,
        Correction.state == CorrectionState.OPEN,
    )


def overdue_corrections(now: datetime) -> Select[Correction]:
    """Past their deadline, and nobody was told yet."""
    return select(Correction).where(
        Correction.state == CorrectionState.OPEN,
        Correction.due_at < now,
        or_(Correction.reminded_at.is_(None), Correction.reminded_at < Correction.due_at),
    )


async def entries_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, DirectoryEntry]:
    rows = await session.scalars(select(DirectoryEntry).where(DirectoryEntry.id.in_(ids)))
    return {row.id: row for row in rows}


async def proofs(session: AsyncSession, entry_ids: Collection[UUID]) -> Sequence[NumberProof]:
    chosen = select(NumberProof).where(NumberProof.entry_id.in_(entry_ids))
    return (await session.scalars(chosen.order_by(NumberProof.number))).all()


def imports_page(principal: Principal, *, after: UUID | None, limit: int) -> Select[EntryImport]:
    chosen = select(EntryImport).where(one_of(EntryImport.organization_id, principal.subtree))
    if after is not None:
        chosen = chosen.where(EntryImport.id < after)
    return chosen.order_by(EntryImport.id.desc()).limit(limit)


async def entry_import(
    session: AsyncSession, principal: Principal, import_id: UUID, *, is_locked: bool = False
) -> EntryImport:
    chosen = select(EntryImport).where(
        EntryImport.id == import_id, one_of(EntryImport.organization_id, principal.subtree)
    )
    return await _one(session, chosen, is_locked=is_locked)


async def _one(session: AsyncSession, chosen: Select[Kept], *, is_locked: bool) -> Kept:
    if is_locked:
        chosen = chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = await session.scalar(chosen)
    if found is None:
        raise NotFound
    return found
