"""How vendors stand: grades by month, suspensions, the blacklist, and what vendors object to."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from hotline import clock
from hotline.accounts.auth import (
    SettlementReader,
    VendorApprover,
    VendorSuspender,
)
from hotline.db import Tx
from hotline.dispatch import standing_bars as bars
from hotline.dispatch import standing_present as present
from hotline.dispatch import standing_queries as queries
from hotline.dispatch import standing_service as service
from hotline.dispatch.settlement_schemas import MonthText
from hotline.dispatch.settlement_seen import SeenAppeal, SeenBar, SeenVendor
from hotline.dispatch.standing_fairness import FairnessOut, fairness
from hotline.dispatch.standing_schemas import (
    AppealList,
    AppealOut,
    BarIn,
    BarOut,
    DecisionIn,
    LiftIn,
    VendorGradeList,
    VendorStandingOut,
)
from hotline.organizations.queries import city_of
from hotline.tickets.idempotent import idempotent

router = APIRouter(prefix="/api/v1", tags=["standing"])


@router.get("/vendor-grades")
async def list_grades(
    session: Tx, principal: SettlementReader, month: Annotated[MonthText | None, Query()] = None
) -> VendorGradeList:
    """一个月的服务商等级；不指定时为最近一个月。"""
    chosen = date.fromisoformat(f"{month}-01") if month else None
    chosen = chosen or await queries.latest_month(session, principal)
    if chosen is None:
        return VendorGradeList(month=None, items=[])
    rows = (await session.scalars(queries.standings(principal, chosen))).all()
    items = await present.standings_out(session, sorted(rows, key=lambda row: row.score))
    return VendorGradeList(month=f"{chosen:%Y-%m}", items=items)


@router.get("/dispatch-fairness")
async def read_fairness(session: Tx, principal: SettlementReader) -> FairnessOut:
    """近三十天各类派单的轮次：按权重应得多少、实际得了多少。"""
    city_id = await city_of(session, principal.organization_id)
    return await fairness(session, principal, city_id, clock.now())


@router.get("/vendors/{vendor_id}/standing")
async def read_standing(
    vendor: SeenVendor, _principal: SettlementReader, session: Tx
) -> VendorStandingOut:
    """服务商近一年的等级、暂停和黑名单、申诉。"""
    return await present.vendor_standing(session, vendor.id)


@router.post("/vendors/{vendor_id}/bars", status_code=201)
@idempotent
async def bar_vendor(
    vendor: SeenVendor, principal: VendorSuspender, session: Tx, body: BarIn
) -> BarOut:
    """暂停派单，或者列入黑名单；立即生效。"""
    made = await bars.bar_vendor(session, principal, vendor.id, body)
    return await present.bar_out(session, made)


@router.post("/vendor-bars/{bar_id}/lift")
@idempotent
async def lift_bar(bar_id: SeenBar, principal: VendorApprover, session: Tx, body: LiftIn) -> BarOut:
    """提前解除暂停或者黑名单。"""
    lifted = await bars.lift_bar(session, principal, bar_id, reason=body.reason)
    return await present.bar_out(session, lifted)


@router.get("/vendor-appeals")
async def list_appeals(
    session: Tx, principal: SettlementReader, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> AppealList:
    """服务商的申诉，待处理的在前。"""
    rows = (await session.scalars(queries.appeals(principal).limit(limit))).all()
    return AppealList(items=await present.appeals_out(session, rows))


@router.post("/vendor-appeals/{appeal_id}/decide")
@idempotent
async def decide_appeal(
    appeal_id: SeenAppeal, principal: VendorApprover, session: Tx, body: DecisionIn
) -> AppealOut:
    """处理申诉；成立的，同时解除所申诉的暂停或者黑名单。"""
    made = await service.decide_appeal(
        session, principal, appeal_id, is_upheld=body.is_upheld, answer=body.answer
    )
    return (await present.appeals_out(session, [made]))[0]
