"""An order's step has lasted too long: the hotline accepts work that nobody objected to, or
tells the desk."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import actors, queries, work
from hotline.dispatch.cascade import CLOCKS_DIFFER
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.move_order import make_move
from hotline.dispatch.order_sequels import alarm
from hotline.dispatch.phrases import phrase
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import OrderState


async def watch_order(session: AsyncSession, order_id: UUID) -> None:
    order = await queries.held_order(session, order_id)
    if order is None or order.step_due_at is None:
        return
    if order.step_due_at > clock.now():
        await work.watch_order(session, order.id, order.step_due_at + CLOCKS_DIFFER)
        return
    if order.state == OrderState.TO_ACCEPT:
        await _accept(session, order)
        return
    state = phrase(f"state_{order.state}")
    await alarm(session, order, "alarm_overdue", state=state)


async def _accept(session: AsyncSession, order: WorkOrder) -> None:
    """Three days without a word count as acceptance; the warranty begins."""
    move = Move.ACCEPT_REWORK if order.paid_at else Move.ACCEPT_WORK
    wanted = OrderMoveIn(move=move, version=order.version)
    await make_move(session, actors.hotline(), order, wanted)
