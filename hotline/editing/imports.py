"""Bring a file of entries in: kept, checked by a job, submitted, approved by another, applied."""

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import Database, uuid7
from hotline.directory.importing import announce_published, lock_directory
from hotline.directory.models import DirectoryEntry
from hotline.directory.reading import DirectoryFiles, read_services
from hotline.directory.saving import save_services
from hotline.directory.versions import Provenance
from hotline.editing import queries
from hotline.editing.comparing import Comparison, compare
from hotline.editing.drafts import OwnDraft
from hotline.editing.hsds_file import read_package
from hotline.editing.models import EntryImport, ImportState
from hotline.editing.workbook import SheetReader
from hotline.errors import IllegalMove, InvalidInput, StaleVersion
from hotline.jobs import service as jobs
from hotline.organizations.queries import city_of, organizations_of, subtree_ids
from hotline.principal import Principal

CHECK = "editing.check_import"
APPLY = "editing.apply_import"
MOST_BYTES = 20 * 1024 * 1024
AT_ONCE = 500
FORMATS: Mapping[str, str] = {"xlsx": "xlsx", "jsonl": "jsonl", "zip": "hsds"}
"""By the ending of a file's name."""


class ImportMove(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    DISCARD = "discard"


MOVES: Mapping[ImportState, Mapping[ImportMove, ImportState]] = {
    ImportState.CHECKING: {ImportMove.DISCARD: ImportState.DISCARDED},
    ImportState.FAULTY: {ImportMove.DISCARD: ImportState.DISCARDED},
    ImportState.CHECKED: {
        ImportMove.SUBMIT: ImportState.SUBMITTED,
        ImportMove.DISCARD: ImportState.DISCARDED,
    },
    ImportState.SUBMITTED: {
        ImportMove.APPROVE: ImportState.APPLYING,
        ImportMove.DISCARD: ImportState.DISCARDED,
    },
}


async def bring_file(
    session: AsyncSession, principal: Principal, *, name: str, content: bytes
) -> EntryImport:
    """Kept as it is; a job checks it."""
    form = FORMATS.get(name.rpartition(".")[2].lower())
    if form is None:
        message = "只能是 .xlsx、.jsonl 或 HSDS 的 .zip 文件"
        raise InvalidInput(errors=[{"field": "file", "message": message}])
    if not 0 < len(content) <= MOST_BYTES:
        raise InvalidInput(errors=[{"field": "file", "message": "文件是空的，或者超过 20 MB"}])
    brought = EntryImport(
        id=uuid7(),
        city_id=await city_of(session, principal.organization_id),
        organization_id=principal.organization_id,
        author_id=principal.account_id,
        name=name,
        format=form,
        content=content,
    )
    session.add(brought)
    await session.flush()
    await jobs.enqueue(session, CHECK, {"import_id": str(brought.id)}, dedupe=str(brought.id))
    await audit.record(session, principal, "import.brought", target=f"import:{brought.id}")
    return brought


async def move_import(
    session: AsyncSession, principal: Principal, import_id: UUID, move: ImportMove, *, version: int
) -> EntryImport:
    """Approved by somebody else than who brought it."""
    brought = await queries.entry_import(session, principal, import_id, is_locked=True)
    if brought.version != version:
        raise StaleVersion
    onward = MOVES.get(ImportState(brought.state), {}).get(move)
    if onward is None:
        raise IllegalMove(state=brought.state, move=str(move))
    if move is ImportMove.APPROVE:
        if brought.author_id == principal.account_id:
            raise OwnDraft
        brought.reviewer_id = principal.account_id
        payload = {"import_id": str(brought.id)}
        await jobs.enqueue(session, APPLY, payload, dedupe=str(brought.id))
    brought.state = onward
    await session.flush()
    await audit.record(session, principal, f"import.{onward}", target=f"import:{brought.id}")
    return brought


async def check_import(database: Database, import_id: UUID) -> None:
    """The dry run. The file is read beside everything else, piece by piece."""
    async with database.transaction() as session:
        brought = await session.get_one(EntryImport, import_id)
    found, letters = await _read(database, brought)
    async with database.transaction() as session:
        held = await session.get_one(EntryImport, import_id, with_for_update=True)
        if held.state == ImportState.CHECKING:
            compared = await _compared(session, held, found, letters)
            _keep(held, compared)


async def apply_import(database: Database, import_id: UUID) -> None:
    """All of it or nothing. What is no longer what was approved goes back to be looked at."""
    async with database.transaction() as session:
        brought = await session.get_one(EntryImport, import_id)
    found, letters = await _read(database, brought)
    async with database.transaction() as session:
        await lock_directory(session)
        held = await session.get_one(EntryImport, import_id, with_for_update=True)
        if held.state != ImportState.APPLYING:
            return
        compared = await _compared(session, held, found, letters)
        if compared.faults or compared.changes != held.changes:
            _keep(held, compared)
            return
        await write_rows(session, held, compared)
        held.state, held.settled_at = ImportState.APPLIED, clock.now()
        held.done = held.total


async def write_rows(session: AsyncSession, held: EntryImport, compared: Comparison) -> None:
    provenance = Provenance("import", held.name, held.author_id, held.reviewer_id)
    keys = {node.key: node.id for node in await organizations_of(session, held.city_id)}
    rows = compared.changed
    await save_services(session, held.city_id, rows, keys, provenance=provenance)
    changed = [row.id for row in rows]
    await session.execute(
        update(DirectoryEntry)
        .where(DirectoryEntry.city_id == held.city_id, DirectoryEntry.key.in_(changed))
        .values(status="published")
    )
    await announce_published(session, held.city_id, changed)
    await audit.record(
        session, None, "import.written", target=f"import:{held.id}", count=len(changed)
    )


async def _read(
    database: Database, brought: EntryImport
) -> tuple[DirectoryFiles, Mapping[str, str]]:
    """The rows and faults of the file, and the column of each field."""
    if brought.format == "jsonl":
        found = await asyncio.to_thread(read_services, brought.name, brought.content)
        total = len(found.services)
        await _progress(database, brought.id, total, total)
        return found, {}
    if brought.format == "hsds":
        found, letters = await asyncio.to_thread(read_package, brought.name, brought.content)
        await _progress(database, brought.id, len(found.services), len(found.services))
        return found, letters
    reader = await asyncio.to_thread(SheetReader, brought.name, brought.content)
    done = 0
    while taken := await asyncio.to_thread(reader.read, AT_ONCE):
        done += taken
        await _progress(database, brought.id, done, max(reader.row_count, done))
    await _progress(database, brought.id, done, done)
    return reader.found, reader.letters


async def _progress(database: Database, import_id: UUID, done: int, total: int) -> None:
    """Seen at once by whoever waits; no version is made by it."""
    async with database.transaction() as session:
        told = update(EntryImport).where(EntryImport.id == import_id)
        await session.execute(told.values(done=done, total=total))


async def _compared(
    session: AsyncSession, held: EntryImport, found: DirectoryFiles, letters: Mapping[str, str]
) -> Comparison:
    subtree = await subtree_ids(session, held.organization_id)
    return await compare(session, held.city_id, subtree, found, letters)


def _keep(held: EntryImport, compared: Comparison) -> None:
    held.faults, held.changes = compared.faults, compared.changes
    held.unchanged_count = compared.unchanged_count
    held.state = ImportState.FAULTY if compared.faults else ImportState.CHECKED
