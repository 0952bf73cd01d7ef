"""Incidents for supervisors and desks. One that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hotline.accounts.auth import AnyAccount, CallReader, TicketSupervisor
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.incidents import queries, service
from hotline.incidents.announce import present
from hotline.incidents.models import Incident, IncidentStatus
from hotline.incidents.schemas import (
    IncidentClose,
    IncidentConfirm,
    IncidentDismiss,
    IncidentOut,
    IncidentPage,
    IncidentPatch,
    RuleLine,
    RulesIn,
    RulesOut,
)

router = APIRouter(prefix="/api/v1", tags=["incidents"])


async def seen_incident(incident_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """The id of an incident that the principal may see. Declare it before the scoped principal."""
    try:
        known = UUID(incident_id)
    except ValueError:
        raise NotFound from None
    return (await queries.incident(session, principal, known)).id


SeenIncident = Annotated[UUID, Depends(seen_incident)]


@router.get("/incidents")
async def list_incidents(
    session: Tx,
    principal: CallReader,
    status: Annotated[list[IncidentStatus] | None, Query(max_length=4)] = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> IncidentPage:
    """辖区内的突发事件，新的在前。"""
    chosen = queries.page(principal, status=status or (), after=after, limit=limit + 1)
    rows = list(await session.scalars(chosen))
    items = await present(session, rows[:limit])
    return IncidentPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/incidents/{incident_id}")
async def read_incident(
    incident_id: SeenIncident, principal: CallReader, session: Tx
) -> IncidentOut:
    """一件突发事件。"""
    return await _one(session, await queries.incident(session, principal, incident_id))


@router.post("/incidents/{incident_id}/confirm")
async def confirm_incident(
    incident_id: SeenIncident, principal: TicketSupervisor, session: Tx, body: IncidentConfirm
) -> IncidentOut:
    """确认突发事件：此后同区、同类诉求的来电先听到播报。"""
    return await _one(session, await service.confirm(session, principal, incident_id, body))


@router.patch("/incidents/{incident_id}")
async def amend_incident(
    incident_id: SeenIncident, principal: TicketSupervisor, session: Tx, body: IncidentPatch
) -> IncidentOut:
    """修改标题、播报、区域、事项或者预计恢复时间；播报立即更新。"""
    return await _one(session, await service.amend(session, principal, incident_id, body))


@router.post("/incidents/{incident_id}/dismiss")
async def dismiss_incident(
    incident_id: SeenIncident,
    principal: TicketSupervisor,
    session: Tx,
    body: IncidentDismiss | None = None,
) -> IncidentOut:
    """不是突发事件：一段时间内不再提示同一件事。"""
    wanted = body or IncidentDismiss()
    return await _one(session, await service.dismiss(session, principal, incident_id, wanted))


@router.post("/incidents/{incident_id}/close")
async def close_incident(
    incident_id: SeenIncident, principal: TicketSupervisor, session: Tx, body: IncidentClose
) -> IncidentOut:
    """办结：停止播报，逐一告知每位关注人。"""
    return await _one(session, await service.close(session, principal, incident_id, body))


@router.get("/incident-rules")
async def read_rules(session: Tx, principal: CallReader) -> RulesOut:
    """本机构的提示条件：多少分钟内多少位不同的来电人。"""
    rules = await queries.rules_of(session, principal.organization_id)
    return RulesOut(rules=[RuleLine.of(rule) for rule in rules])


@router.put("/organizations/{organization_id}/incident-rules")
async def set_rules(
    session: Tx, principal: TicketSupervisor, organization_id: UUID, body: RulesIn
) -> RulesOut:
    """设定市或区的提示条件；没有列出的类型沿用上级的。"""
    rules = await service.set_rules(session, principal, organization_id, body)
    return RulesOut(rules=[RuleLine.of(rule) for rule in rules])


async def _one(session: Tx, incident: Incident) -> IncidentOut:
    return (await present(session, [incident]))[0]
