"""Exports with personal data: asked for, decided by another person, fetched once approved."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from hotline.accounts.auth import ExportApprover, ExportAsker
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.exports import queries, service
from hotline.exports.models import ExportRequest, ExportState
from hotline.exports.schemas import ExportIn, ExportOut, ExportPage, Wanted
from hotline.file_answers import file_of
from hotline.principal import Principal
from hotline.sheets import MEDIA_TYPE

router = APIRouter(prefix="/api/v1", tags=["exports"])

_XLSX = file_of(MEDIA_TYPE)


@router.get("/exports")
async def list_exports(
    session: Tx, principal: ExportAsker, after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ExportPage:  # fmt: skip
    """导出申请，新的在前。"""
    rows = await queries.page(session, principal, after=after, limit=limit + 1)
    return ExportPage(
        items=await _out(session, principal, rows[:limit]),
        next=str(rows[limit - 1].id) if len(rows) > limit else None,
    )


@router.post("/exports", status_code=201)
async def ask_for_export(session: Tx, principal: ExportAsker, body: ExportIn) -> ExportOut:
    """申请导出含个人信息的工单，须写明事由。"""
    asked = await service.ask(session, principal, body)
    return (await _out(session, principal, [asked]))[0]


@router.post("/exports/{export_id}/approve")
async def approve_export(session: Tx, principal: ExportApprover, export_id: UUID) -> ExportOut:
    """批准他人的导出申请，24 小时内可下载。"""
    decided = await service.decide(session, principal, export_id, approves=True)
    return (await _out(session, principal, [decided]))[0]


@router.post("/exports/{export_id}/refuse")
async def refuse_export(session: Tx, principal: ExportApprover, export_id: UUID) -> ExportOut:
    """不批准导出申请。"""
    decided = await service.decide(session, principal, export_id, approves=False)
    return (await _out(session, principal, [decided]))[0]


@router.get("/exports/{export_id}/file", response_class=Response, responses=_XLSX)
async def fetch_export(session: Tx, principal: ExportAsker, export_id: UUID) -> Response:
    """下载已批准的导出（Excel，带水印）；每次下载记入审计。"""
    content = await service.fetch(session, principal, export_id)
    named = {"Content-Disposition": f'attachment; filename="export-{export_id}.xlsx"'}
    return Response(content, media_type=MEDIA_TYPE, headers=named)


async def _out(session: Tx, principal: Principal, rows: Sequence[ExportRequest]) -> list[ExportOut]:
    ids = {one for row in rows for one in (row.asked_by_id, row.decided_by_id) if one}
    names = await names_of(session, ids)
    return [_one(principal, row, names) for row in rows]


def _one(principal: Principal, row: ExportRequest, names: dict[UUID, str]) -> ExportOut:
    is_open = row.state == ExportState.ASKED and not service.is_over(row)
    return ExportOut(
        id=row.id,
        created_at=row.created_at,
        reason=row.reason,
        wanted=Wanted.model_validate(row.wanted),
        state=ExportState(row.state),
        asked_by=names.get(row.asked_by_id, ""),
        decided_by=names.get(row.decided_by_id) if row.decided_by_id else None,
        decided_at=row.decided_at,
        expires_at=row.expires_at,
        fetched_at=row.fetched_at,
        is_over=service.is_over(row),
        may_decide=is_open
        and principal.has("exports:approve")
        and row.asked_by_id != principal.account_id,
        may_fetch=service.may_fetch(row, principal),
    )
