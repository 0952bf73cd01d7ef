"""The vendors' workbook over the API: taken out, tried, brought in."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.auth import VendorWriter
from hotline.attachments.sniff import MOST_BYTES, FileTooLarge
from hotline.db import Tx
from hotline.dispatch import roster_import
from hotline.dispatch import standing_queries as queries
from hotline.dispatch.ledger_service import today
from hotline.dispatch.ledger_words import word
from hotline.dispatch.models import VendorDocument
from hotline.dispatch.roster_columns import sheet_title
from hotline.dispatch.roster_import import RosterReport
from hotline.dispatch.roster_reading import Book, SheetFault, read_roster
from hotline.dispatch.standing_roster import Roster, roster_workbook
from hotline.dispatch.states import PaperState
from hotline.dispatch.vendor_files import shown_file
from hotline.dispatch.vetting_schemas import PaperFileIn
from hotline.file_answers import file_of
from hotline.principal import Principal
from hotline.sheets import MEDIA_TYPE

router = APIRouter(prefix="/api/v1", tags=["vendors"])

_WORKBOOK = file_of(MEDIA_TYPE)


class RosterFaultOut(BaseModel):
    """`cell` as Excel names it; null where it is about a whole sheet or row."""

    sheet: str
    row: int
    cell: str | None
    column: str
    message: str


class RosterChangeOut(BaseModel):
    row: int
    key: str
    name: str
    is_new: bool
    fields: list[str]


class RosterOut(BaseModel):
    """What a workbook would change, or has changed; with a fault nothing is written."""

    is_written: bool
    faults: list[RosterFaultOut]
    changes: list[RosterChangeOut]
    unchanged_count: int


@router.get("/vendor-roster", response_class=Response, responses=_WORKBOOK)
async def download_roster(session: Tx, principal: VendorWriter) -> Response:
    """服务商名册、价目和证件（Excel）；改好后可以导入。"""
    content = roster_workbook(await _roster(session, principal))
    name = quote(f"{word('roster.file', on=today())}.xlsx")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


@router.post("/vendor-roster")
async def bring_roster(
    session: Tx, principal: VendorWriter, form: Annotated[PaperFileIn, File()], trial: bool = True
) -> RosterOut:
    """导入服务商名册：先试算，逐格列出错误；没有错误才写入，需要审核的照常送审。"""
    content = await form.file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    book = await asyncio.to_thread(read_roster, content)
    report = await roster_import.bring_roster(session, principal, book, is_trial=trial)
    return _out(book, report, is_trial=trial)


async def _roster(session: AsyncSession, principal: Principal) -> Roster:
    vendors = await queries.roster(session, principal)
    ids = [one.id for one in vendors]
    return Roster(
        vendors=vendors,
        files={one.id: await shown_file(session, one) for one in vendors},
        deposits=await queries.deposits(session, ids),
        services=await queries.service_names(session, {one.city_id for one in vendors}),
        issuers=await _issuers(session, ids),
        on=today(),
    )


async def _issuers(session: AsyncSession, ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    rows = await session.scalars(
        select(VendorDocument).where(
            VendorDocument.vendor_id.in_(ids),
            VendorDocument.worker_id.is_(None),
            VendorDocument.state == PaperState.VALID,
        )
    )
    return {(one.vendor_id, one.kind): one.issuer for one in rows}


def _out(book: Book, report: RosterReport, *, is_trial: bool) -> RosterOut:
    return RosterOut(
        is_written=not is_trial and not report.faults,
        faults=[
            RosterFaultOut(
                sheet=sheet_title(one.sheet), row=one.row, cell=book.cell_of(one),
                column=_column(one), message=one.message,
            )
            for one in report.faults
        ],
        changes=[
            RosterChangeOut(
                row=one.row, key=one.key, name=one.name, is_new=one.is_new,
                fields=[_named(name) for name in one.fields],
            )
            for one in report.changes
        ],
        unchanged_count=report.unchanged_count,
    )  # fmt: skip


def _column(fault: SheetFault) -> str:
    return _named(fault.field) if fault.field else ""


def _named(field: str) -> str:
    """The heading of a column; papers are named as they are."""
    own = "prices" if field == "price_list" else field
    try:
        return word(f"roster.{own}")
    except KeyError:
        return field
