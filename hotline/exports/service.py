"""Ask, decide, fetch: never the same person twice."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock, sheets
from hotline.errors import Conflict, NotFound
from hotline.exports import queries
from hotline.exports.models import ExportRequest, ExportState
from hotline.exports.schemas import ExportIn, Wanted
from hotline.principal import Principal
from hotline.sheets import Column, Kind, Sheet
from hotline.tickets import words
from hotline.tickets.models import Ticket

VALID_FOR = timedelta(hours=24)
MOST_ROWS = 2000

_COLUMNS = (
    Column("工单号"), Column("登记时间", Kind.MOMENT), Column("标题"), Column("状态"),
    Column("来电号码"), Column("地址"),
)  # fmt: skip


class OwnExport(Conflict):
    code, detail = "own_export", "导出须由另一人批准，不能批准自己的申请。"


class ExportOver(Conflict):
    code, detail = "export_over", "这次导出已经处理过，或者已过期。"


async def ask(session: AsyncSession, principal: Principal, new: ExportIn) -> ExportRequest:
    assert principal.account_id is not None
    wanted = new.wanted.model_dump(mode="json")
    request = ExportRequest(
        organization_id=principal.organization_id,
        asked_by_id=principal.account_id,
        reason=new.reason,
        wanted=wanted,
        wanted_digest=_digest(wanted),
        expires_at=clock.now() + VALID_FOR,
    )
    session.add(request)
    await session.flush()
    await _note(session, principal, request, "asked", reason=new.reason)
    return request


async def decide(
    session: AsyncSession, principal: Principal, export_id: UUID, *, approves: bool
) -> ExportRequest:
    """Raises OwnExport, ExportOver. The day begins anew with the approval."""
    request = await queries.locked(session, principal, export_id)
    if request.asked_by_id == principal.account_id:
        raise OwnExport
    now = clock.now()
    if request.state != ExportState.ASKED or now >= request.expires_at:
        raise ExportOver
    request.state = ExportState.APPROVED if approves else ExportState.REFUSED
    request.decided_by_id, request.decided_at = principal.account_id, now
    request.expires_at = now + VALID_FOR
    await session.flush()
    await _note(session, principal, request, str(request.state))
    return request


async def fetch(
    session: AsyncSession, principal: Principal, export_id: UUID, *, most: int = MOST_ROWS
) -> bytes:
    """The workbook, for whoever asked. Raises NotFound, ExportOver."""
    request = await queries.locked(session, principal, export_id)
    if request.asked_by_id != principal.account_id:
        raise NotFound
    if not may_fetch(request, principal):
        raise ExportOver
    wanted = Wanted.model_validate(request.wanted)
    tickets = await queries.rows(session, principal, wanted, most=most)
    content = _workbook(session, principal, request, tickets)
    request.fetched_at = clock.now()
    await _note(
        session, principal, request, "fetched", rows=len(tickets),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    return content


def may_fetch(request: ExportRequest, principal: Principal) -> bool:
    """Approved, in time, and the same question that was approved."""
    return (
        request.asked_by_id == principal.account_id
        and request.state == ExportState.APPROVED
        and not is_over(request)
        and _digest(request.wanted) == request.wanted_digest
    )


def is_over(request: ExportRequest) -> bool:
    return clock.now() >= request.expires_at


def _workbook(
    session: AsyncSession, principal: Principal, request: ExportRequest, tickets: Sequence[Ticket]
) -> bytes:
    now = clock.local(clock.now())
    mark = f"内部资料 {principal.name} {now:%Y-%m-%d %H:%M} 导出编号 {request.id}"
    rows = [
        (
            one.number, one.created_at, one.title, str(one.status),
            words.caller_of(session, one), words.address_of(session, one),
        )
        for one in tickets
    ]  # fmt: skip
    notes = (mark, f"事由：{request.reason}", f"共 {len(rows)} 件，最多 {MOST_ROWS} 件")
    return sheets.write_workbook([Sheet("工单", _COLUMNS, rows, title="工单导出", notes=notes)])


async def _note(
    session: AsyncSession, principal: Principal, request: ExportRequest, what: str, *,
    reason: str | None = None, **facts: Any,
) -> None:  # fmt: skip
    await audit.record(
        session, principal, f"export.{what}", target=f"export:{request.id}", reason=reason,
        wanted=request.wanted_digest.hex(), **facts,
    )  # fmt: skip


def _digest(wanted: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)).digest()
