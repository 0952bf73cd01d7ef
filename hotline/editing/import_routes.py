"""Files of entries: brought in, looked at, approved; and taken out."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from hotline import clock
from hotline.accounts.auth import DirectoryWriter
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.editing import imports, queries
from hotline.editing.exports import LINES_TYPE, entries_file
from hotline.editing.imports import MOST_BYTES, MOVES, ImportMove
from hotline.editing.models import EntryImport, ImportState
from hotline.editing.schemas import DifferenceOut, FaultOut
from hotline.editing.seen import SeenImport
from hotline.errors import ScopeMissing
from hotline.file_answers import file_of
from hotline.principal import Principal
from hotline.sheets import MEDIA_TYPE

router = APIRouter()
_REVIEW = "directory:review"
_LONGEST_NAME = 120


class EntryFileIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    file: UploadFile


class ImportMoveIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    move: ImportMove
    version: int = Field(ge=1, le=2**31 - 1)


class ChangedCell(DifferenceOut):
    cell: str | None


class RowChange(BaseModel):
    row: int
    entry_id: str
    name: str
    change: Literal["create", "update"]
    differences: list[ChangedCell]


class ImportRow(BaseModel):
    """A file in a list; `done` of `total` rows are read."""

    id: UUID
    name: str
    format: str
    state: ImportState
    done: int
    total: int
    fault_count: int
    create_count: int
    update_count: int
    unchanged_count: int
    author: str
    reviewer: str | None
    is_mine: bool
    created_at: datetime
    settled_at: datetime | None
    version: int
    moves: list[ImportMove]


class ImportOut(ImportRow):
    faults: list[FaultOut]
    changes: list[RowChange]


class ImportPage(BaseModel):
    items: list[ImportRow]
    next: str | None


@router.post("/entry-imports", status_code=202)
async def bring_file(
    session: Tx, principal: DirectoryWriter, form: Annotated[EntryFileIn, File()]
) -> ImportRow:
    """上传事项文件（Excel 或 JSON Lines）：先逐行逐格检查，不作任何改动。"""
    name = (form.file.filename or "")[-_LONGEST_NAME:]
    content = await form.file.read(MOST_BYTES + 1)
    brought = await imports.bring_file(session, principal, name=name, content=content)
    return (await _rows(session, principal, [brought]))[0]


@router.get("/entry-imports")
async def list_imports(
    session: Tx,
    principal: DirectoryWriter,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ImportPage:
    """导入过的文件，新的在前。"""
    chosen = queries.imports_page(principal, after=after, limit=limit + 1)
    found = list(await session.scalars(chosen))
    items = await _rows(session, principal, found[:limit])
    return ImportPage(items=items, next=str(found[limit - 1].id) if len(found) > limit else None)


@router.get("/entry-imports/{import_id}")
async def read_import(import_id: SeenImport, principal: DirectoryWriter, session: Tx) -> ImportOut:
    """一个文件：进度、每一处错误、每一处改动。"""
    brought = await queries.entry_import(session, principal, import_id)
    return await _whole(session, principal, brought)


@router.post("/entry-imports/{import_id}/moves")
async def move_import(
    import_id: SeenImport, principal: DirectoryWriter, session: Tx, body: ImportMoveIn
) -> ImportOut:
    """提交、批准（由另一人，随即写入）、作废。"""
    if body.move is ImportMove.APPROVE and not principal.has(_REVIEW):
        raise ScopeMissing(scopes=[_REVIEW])
    brought = await imports.move_import(
        session, principal, import_id, body.move, version=body.version
    )
    return await _whole(session, principal, brought)


@router.get(
    "/entry-exports/{format_name}",
    response_class=Response,
    responses=file_of(MEDIA_TYPE, LINES_TYPE),
)
async def export_entries(
    session: Tx,
    principal: DirectoryWriter,
    format_name: Literal["xlsx", "jsonl"],
    own: bool = True,
) -> Response:
    """导出事项：本部门的，或者全市的。"""
    media_type, content = await entries_file(session, principal, format_name, is_own=own)
    day = clock.local(clock.now()).strftime("%Y%m%d")
    headers = {
        "Content-Disposition": f'attachment; filename="entries-{day}.{format_name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=media_type)


async def _whole(session: Tx, principal: Principal, brought: EntryImport) -> ImportOut:
    row = (await _rows(session, principal, [brought]))[0]
    return ImportOut.model_validate(
        row.model_dump() | {"faults": brought.faults, "changes": brought.changes}
    )


async def _rows(session: Tx, principal: Principal, found: list[EntryImport]) -> list[ImportRow]:
    people = {who for one in found for who in (one.author_id, one.reviewer_id) if who}
    names = await names_of(session, people)
    return [_row(one, principal, names) for one in found]


def _row(one: EntryImport, principal: Principal, names: dict[UUID, str]) -> ImportRow:
    is_mine = one.author_id == principal.account_id
    moves = MOVES.get(ImportState(one.state), {})
    return ImportRow(
        id=one.id,
        name=one.name,
        format=one.format,
        state=ImportState(one.state),
        done=one.done,
        total=one.total,
        fault_count=len(one.faults),
        create_count=sum(change["change"] == "create" for change in one.changes),
        update_count=sum(change["change"] == "update" for change in one.changes),
        unchanged_count=one.unchanged_count,
        author=names.get(one.author_id, "") if one.author_id else "",
        reviewer=names.get(one.reviewer_id) if one.reviewer_id else None,
        is_mine=is_mine,
        created_at=one.created_at,
        settled_at=one.settled_at,
        version=one.version,
        moves=[move for move in moves if not (is_mine and move is ImportMove.APPROVE)],
    )
