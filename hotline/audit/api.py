"""The audit administrator reads the audit, newest first, and verifies its chain."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import AuditReader
from hotline.audit import queries, service
from hotline.audit.schemas import AuditEntryOut, AuditPage, AuditQuery, VerificationOut
from hotline.db import Tx

router = APIRouter(prefix="/api/v1", tags=["audit"])


@router.get("/audit-entries")
async def list_audit_entries(
    session: Tx, principal: AuditReader, wanted: Annotated[AuditQuery, Query()]
) -> AuditPage:
    """审计记录：谁、何时、从哪里、做了什么、结果如何。"""
    limit = wanted.limit
    chosen = queries.page_before(
        principal, wanted.after, limit + 1, **wanted.model_dump(exclude={"after", "limit"})
    )
    rows = (await session.scalars(chosen)).all()
    return AuditPage(
        items=[AuditEntryOut.model_validate(row) for row in rows[:limit]],
        next=str(rows[limit - 1].id) if len(rows) > limit else None,
    )


@router.get("/audit-entries/verification")
async def verify_audit(session: Tx, principal: AuditReader, request: Request) -> VerificationOut:
    """核验审计链：有无被改、被删、被截断、绕过写入，与已签名的链头是否一致。"""
    seen = await service.verify_all(session, request.state.settings.data_dir)
    return VerificationOut(
        entry_count=seen.entry_count, head=seen.head.hex(), flaw=seen.flaw, seq=seen.seq
    )
