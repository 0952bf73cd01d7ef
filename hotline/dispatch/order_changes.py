"""The history row and the event of every change to an order, in the transaction of the change."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.snapshots import Snapshot, differences, snapshot_of
from hotline.dispatch import queries
from hotline.dispatch.actors import Actor
from hotline.dispatch.models import WorkOrder, WorkOrderHistory
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import WorkOrderTold
from hotline.events import service as events

SCOPE = "orders:read"
# Kept out of the history: what is sealed, and what every change touches.
_UNTOLD = frozenset(
    {"caller_sealed", "caller_blind", "address_sealed", "version", "created_at", "updated_at",
     "lat", "lon", "seed"}
)  # fmt: skip


def snapshot(order: WorkOrder) -> Snapshot:
    return snapshot_of(order, untold=_UNTOLD)


async def record(
    session: AsyncSession,
    actor: Actor,
    order: WorkOrder,
    *,
    was: Snapshot | None,
    name: str,
    move: Move | None = None,
    reason_code: str | None = None,
    note: str | None = None,
) -> WorkOrderHistory:
    """Write what has changed on the order since the snapshot, and tell who may watch it."""
    await session.flush()
    before, after = differences(was, snapshot(order))
    row = WorkOrderHistory(
        order_id=order.id,
        name=name,
        move=move,
        actor_kind=actor.who,
        actor_id=actor.account_id,
        actor_name=actor.name,
        vendor_id=actor.vendor_id,
        organization_id=actor.organization_id,
        from_state=None if was is None else was["state"],
        to_state=order.state,
        reason_code=reason_code,
        note=note,
        before=before,
        after=after,
    )
    session.add(row)
    await session.flush()
    names = await queries.names_of(session, [order])
    await events.record(
        session,
        name,
        subject_id=order.id,
        payload=WorkOrderTold.told(order, names),
        audience=[order.district_id],
        scope=SCOPE,
    )
    return row
