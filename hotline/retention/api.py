"""The security administrator says how long records are kept, and what must stay longer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hotline.accounts.auth import RetentionWriter
from hotline.db import Tx
from hotline.organizations.queries import city_of
from hotline.principal import Principal
from hotline.retention import queries, service
from hotline.retention.kinds import RULES, Kind
from hotline.retention.schemas import (
    LegalHoldIn,
    LegalHoldOut,
    LegalHoldPage,
    LiftIn,
    TermIn,
    TermList,
    TermOut,
)
from hotline.tickets.words import normal_number

router = APIRouter(prefix="/api/v1", tags=["retention"])


@router.get("/retention-terms")
async def list_retention_terms(session: Tx, principal: RetentionWriter) -> TermList:
    """各类记录保存多少天。"""
    return await _terms(session, principal)


@router.put("/retention-terms/{retention_kind}")
async def set_retention_term(
    session: Tx, principal: RetentionWriter, retention_kind: Kind, body: TermIn
) -> TermList:
    """改一类记录的保存天数，不能低于下限；下次清除时生效。"""
    city_id = await city_of(session, principal.organization_id)
    await service.set_days(session, principal, city_id, retention_kind, body.days)
    await session.flush()
    return await _terms(session, principal)


@router.get("/legal-holds")
async def list_legal_holds(
    session: Tx, principal: RetentionWriter, after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> LegalHoldPage:  # fmt: skip
    """保全：不得清除的工单和号码，新的在前。"""
    rows = await queries.page(session, principal, after=after, limit=limit + 1)
    items = [LegalHoldOut.model_validate(row) for row in rows[:limit]]
    return LegalHoldPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)


@router.post("/legal-holds", status_code=201)
async def place_legal_hold(
    session: Tx, principal: RetentionWriter, body: LegalHoldIn
) -> LegalHoldOut:
    """保全一件工单，或一个号码名下的全部记录，须写明依据。"""
    city_id = await city_of(session, principal.organization_id)
    if body.ticket_number is not None:
        held = await service.hold_ticket(
            session, principal, city_id, number=body.ticket_number, reason=body.reason
        )
    else:
        e164 = normal_number(body.phone or "")
        held = await service.hold_number(session, principal, city_id, e164=e164, reason=body.reason)
    return LegalHoldOut.model_validate(held)


@router.post("/legal-holds/{legal_hold_id}/lift")
async def lift_legal_hold(
    session: Tx, principal: RetentionWriter, legal_hold_id: UUID, body: LiftIn
) -> LegalHoldOut:
    """解除保全，须写明依据；到期的记录下次清除时清除。"""
    return LegalHoldOut.model_validate(
        await service.lift(session, principal, legal_hold_id, reason=body.reason)
    )


async def _terms(session: Tx, principal: Principal) -> TermList:
    days = await queries.days_of(session, await city_of(session, principal.organization_id))
    return TermList(
        items=[
            TermOut(kind=kind, days=days[kind], usual_days=rule.usual_days,
                    least_days=rule.least_days)
            for kind, rule in RULES.items()
        ]
    )  # fmt: skip
