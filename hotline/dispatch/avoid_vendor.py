"""A resident does not want a vendor again: it is never sent there any more, whatever its turn."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch.actors import Actor
from hotline.dispatch.models import VendorBar, WorkOrder
from hotline.dispatch.order_changes import record, snapshot
from hotline.dispatch.phrases import phrase
from hotline.dispatch.states import BarKind
from hotline.errors import IllegalMove

UNWANTED = "resident_unwanted"


async def avoid_vendor(session: AsyncSession, actor: Actor, order: WorkOrder) -> VendorBar:
    """The order's row is held. Twice is once. Raises IllegalMove where no vendor has come."""
    if order.vendor_id is None or order.caller_blind is None:
        raise IllegalMove
    known = await bar_of(session, order)
    if known is not None:
        return known
    vendor = await session.get_one(Vendor, order.vendor_id)
    bar = VendorBar(
        id=uuid7(), vendor_id=vendor.id, kind=BarKind.RESIDENT, resident_blind=order.caller_blind,
        reason_code=UNWANTED, reason=phrase("vendor_unwanted"), since=clock.now(),
        set_by_id=actor.account_id,
    )  # fmt: skip
    session.add(bar)
    note = phrase("vendor_unwanted_by", vendor=vendor.name)
    await record(
        session, actor, order, was=snapshot(order), name="work_order.updated", note=note,
        reason_code=UNWANTED,
    )  # fmt: skip
    return bar


async def want_again(session: AsyncSession, actor: Actor, order: WorkOrder) -> None:
    """Taken back by the resident's word."""
    bar = await bar_of(session, order)
    if bar is not None:
        bar.lifted_at, bar.lifted_by_id = clock.now(), actor.account_id
        note = phrase("vendor_wanted_again")
        await record(
            session, actor, order, was=snapshot(order), name="work_order.updated", note=note
        )


async def bar_of(session: AsyncSession, order: WorkOrder) -> VendorBar | None:
    """What keeps the order's vendor from its resident."""
    if order.vendor_id is None or order.caller_blind is None:
        return None
    return await session.scalar(
        select(VendorBar).where(
            VendorBar.vendor_id == order.vendor_id,
            VendorBar.kind == BarKind.RESIDENT,
            VendorBar.resident_blind == order.caller_blind,
            VendorBar.lifted_at.is_(None),
        )
    )
