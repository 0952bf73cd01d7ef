"""Work orders over the API: list, open, move."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hotline import clock
from hotline.accounts.auth import OrderReader, OrderWriter
from hotline.db import Tx
from hotline.dispatch import open_order as opening
from hotline.dispatch import queries
from hotline.dispatch.actors import staff
from hotline.dispatch.avoid_vendor import avoid_vendor, bar_of, want_again
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.move_order import confirm_quote, facts_of
from hotline.dispatch.move_order import move_order as make_move
from hotline.dispatch.moves import legal_moves
from hotline.dispatch.open_order import Wishes
from hotline.dispatch.queries import Filters
from hotline.dispatch.rules import Who
from hotline.dispatch.schemas import (
    AvoidIn,
    CandidateList,
    CandidateOut,
    CodeIn,
    CodeJudged,
    OfferOut,
    OrderCounts,
    OrderMoveIn,
    OrderPatch,
    OrderStep,
    WorkerRef,
    WorkOrderDetail,
    WorkOrderIn,
    WorkOrderOut,
    WorkOrderPage,
)
from hotline.dispatch.seen import SeenOrder
from hotline.dispatch.states import OrderState
from hotline.dispatch.workers import candidates
from hotline.principal import Principal
from hotline.tickets.idempotent import idempotent

router = APIRouter(prefix="/api/v1", tags=["work-orders"])


async def chosen_filters(
    *,
    state: Annotated[list[OrderState] | None, Query(max_length=20)] = None,
    district: Annotated[str | None, Query(max_length=50)] = None,
    vendor_id: UUID | None = None,
    ticket_id: UUID | None = None,
    number: Annotated[str | None, Query(max_length=30)] = None,
    overdue: bool = False,
    owes_photo: bool = False,
) -> Filters:
    late = clock.now() if overdue else None
    return Filters(tuple(state or ()), district, vendor_id, ticket_id, number, late, owes_photo)


@router.get("/work-orders")
async def list_work_orders(
    session: Tx,
    principal: OrderReader,
    filters: Annotated[Filters, Depends(chosen_filters)],
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> WorkOrderPage:
    """派工单列表：只列出辖区内的，新的在前。"""
    rows = list(await queries.page(session, principal, filters, after=after, limit=limit + 1))
    items = await _present(session, principal, rows[:limit])
    return WorkOrderPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/work-orders/counts")
async def count_work_orders(session: Tx, principal: OrderReader) -> OrderCounts:
    """各环节的派工单件数，以及超时的件数。"""
    by_state, overdue = await queries.counts(session, principal, clock.now())
    return OrderCounts(by_state=by_state, overdue=overdue)


@router.post("/work-orders", status_code=201)
@idempotent
async def open_work_order(session: Tx, principal: OrderWriter, body: WorkOrderIn) -> WorkOrderOut:
    """由工单开派工单，并开始轮流派单。"""
    wishes = Wishes(
        needs=body.needs,
        caller_number=body.caller_number,
        address=body.address,
        wanted_when=body.wanted_when,
        appointment_at=body.appointment_at,
        consent=body.consent,
        chosen_vendor_id=body.vendor_id,
        is_elder=body.is_elder,
        urgency=body.urgency,
    )
    order = await opening.open_order(
        session, principal, body.ticket_id, wishes=wishes,
        entry_id=body.entry_id, district=body.district,
    )  # fmt: skip
    return await _one(session, principal, order)


@router.get("/work-orders/{work_order_id}")
async def read_work_order(
    work_order_id: SeenOrder, principal: OrderReader, session: Tx
) -> WorkOrderDetail:
    """一张派工单，连同每次派单的理由和全部经过。"""
    order = await queries.order(session, principal, work_order_id)
    shown = await _one(session, principal, order)
    offers = list(await session.scalars(queries.offers_of(principal, order.id)))
    names = await queries.names_of(session, offers)
    steps = await session.scalars(queries.history_of(principal, order.id))
    return WorkOrderDetail(
        **shown.model_dump(),
        is_vendor_unwanted=await bar_of(session, order) is not None,
        offers=[OfferOut.of(one, names) for one in offers],
        history=[OrderStep.of(row) for row in steps],
    )


@router.patch("/work-orders/{work_order_id}")
async def amend_work_order(
    work_order_id: SeenOrder, principal: OrderWriter, session: Tx, body: OrderPatch
) -> WorkOrderOut:
    """接单前更正地址、时间、是否同意告知电话。"""
    order = await opening.amend_order(session, principal, work_order_id, body)
    return await _one(session, principal, order)


@router.post("/work-orders/{work_order_id}/moves")
@idempotent
async def move_work_order(
    work_order_id: SeenOrder,
    principal: OrderWriter,
    session: Tx,
    body: OrderMoveIn,
) -> WorkOrderOut:
    """按派工单流转表操作：接管、重派、改派、派员、取消、代服务商登记各步、处理纠纷等。"""
    order = await make_move(session, principal, work_order_id, body)
    return await _one(session, principal, order)


@router.get("/work-orders/{work_order_id}/workers")
async def list_order_workers(
    work_order_id: SeenOrder, principal: OrderReader, session: Tx
) -> CandidateList:
    """承接的服务商有哪些上门人员，谁可以派去，谁缺什么证件。"""
    order = await queries.order(session, principal, work_order_id)
    found = await candidates(session, order, clock.now())
    return CandidateList(
        items=[
            CandidateOut(
                **WorkerRef.model_validate(one.worker).model_dump(),
                is_fit=one.is_fit, is_barred=one.is_barred, lacking=list(one.lacking),
            )
            for one in found
        ]
    )  # fmt: skip


@router.put("/work-orders/{work_order_id}/avoidance")
async def avoid_order_vendor(
    work_order_id: SeenOrder, principal: OrderWriter, session: Tx, body: AvoidIn
) -> WorkOrderOut:
    """居民不希望（或又同意）这家服务商再上门：今后派单不派给这家。"""
    order = await queries.locked_order(session, principal, work_order_id)
    change = avoid_vendor if body.is_unwanted else want_again
    await change(session, staff(principal), order)
    return await _one(session, principal, order)


@router.post("/work-orders/{work_order_id}/quote-confirmation")
@idempotent
async def confirm_work_order_quote(
    work_order_id: SeenOrder, principal: OrderWriter, session: Tx, body: CodeIn
) -> CodeJudged:
    """居民把短信验证码告诉坐席，确认价目外的报价；最多试五次。"""
    is_right = await confirm_quote(session, work_order_id, body.code)
    order = await queries.order(session, principal, work_order_id)
    return CodeJudged(is_right=is_right, order=await _one(session, principal, order))


async def _one(session: Tx, principal: Principal, order: WorkOrder) -> WorkOrderOut:
    return (await _present(session, principal, [order]))[0]


async def _present(
    session: Tx, principal: Principal, orders: list[WorkOrder]
) -> list[WorkOrderOut]:
    """With the moves that the viewer may make; whoever may not write may make none."""
    names = await queries.names_of(session, orders)
    now, may_write = clock.now(), principal.has("orders:write")
    return [
        WorkOrderOut.of(one, names, legal_moves(facts_of(one), Who.STAFF, now) if may_write else [])
        for one in orders
    ]
