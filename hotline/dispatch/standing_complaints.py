"""What residents have objected to in a vendor's work, and how each quarrel ended."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.dispatch.models import WorkOrder, WorkOrderHistory
from hotline.dispatch.rules import Move
from hotline.dispatch.standing_schemas import ComplaintOut

SHOWN = 20
_ENDS = (Move.SETTLE, Move.ORDER_REWORK, Move.VOID)


async def complaints_of(session: AsyncSession, vendor_id: UUID) -> list[ComplaintOut]:
    """The newest first; words are as the history keeps them, masked."""
    begun = (
        select(WorkOrderHistory, WorkOrder)
        .join(WorkOrder, WorkOrder.id == WorkOrderHistory.order_id)
        .where(WorkOrder.vendor_id == vendor_id, WorkOrderHistory.move == Move.DISPUTE)
        .order_by(WorkOrderHistory.at.desc(), WorkOrderHistory.id.desc())
        .limit(SHOWN)
    )
    found = [(row, order) for row, order in await session.execute(begun)]
    ends = await _ends(session, {order.id for _, order in found})
    return [_complaint(row, order, ends) for row, order in found]


async def _ends(session: AsyncSession, order_ids: set[UUID]) -> list[WorkOrderHistory]:
    """The oldest first."""
    chosen = select(WorkOrderHistory).where(
        WorkOrderHistory.order_id.in_(order_ids), WorkOrderHistory.move.in_(_ENDS)
    )
    ordered = chosen.order_by(WorkOrderHistory.at, WorkOrderHistory.id)
    return list((await session.scalars(ordered)).all())


def _complaint(
    row: WorkOrderHistory, order: WorkOrder, ends: list[WorkOrderHistory]
) -> ComplaintOut:
    """A quarrel ends with the first decision after it."""
    end = next((one for one in ends if one.order_id == order.id and one.at >= row.at), None)
    return ComplaintOut(
        order_id=order.id,
        ticket_id=order.ticket_id,
        number=order.number,
        service=order.service,
        at=row.at,
        words=row.note,
        end=Move(end.move) if end and end.move else None,
        ended_at=end.at if end else None,
        answer=end.note if end else None,
    )
