"""A photo of the work came in: it counts for the order, and pays what is owed."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch.actors import Actor
from hotline.dispatch.done_photo import photos_lacking
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.order_changes import record, snapshot
from hotline.dispatch.phrases import phrase
from hotline.dispatch.states import DonePhoto, OrderState

_AT_WORK = frozenset({OrderState.IN_SERVICE, OrderState.REWORK})


async def note_photo(session: AsyncSession, vendor: Actor, order: WorkOrder) -> None:
    """The order is held. What was photographed before the work began shows no work."""
    if order.state not in _AT_WORK and order.done_photo != DonePhoto.OWED:
        return
    was = snapshot(order)
    order.photo_count += 1
    order.updated_at = clock.now()
    is_paid_off = photos_lacking(order.category, order.photo_count) == 0
    if order.done_photo != DonePhoto.OWED or not is_paid_off:
        await session.flush()
        return
    order.done_photo = DonePhoto.GIVEN
    await record(
        session, vendor, order, was=was, name="work_order.updated", note=phrase("photo_given")
    )
