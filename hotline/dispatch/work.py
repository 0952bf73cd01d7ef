"""The jobs of dispatch: their kinds, and how they are enqueued with what decides them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.jobs import service as jobs

OFFER_NEXT = "dispatch.offer_next"
EXPIRE_OFFER = "dispatch.expire_offer"
RING_VENDOR = "dispatch.ring_vendor"
BRIDGE_CALL = "dispatch.bridge_call"
WATCH_ORDER = "dispatch.watch_order"
CHECK_PAPERS = "dispatch.check_papers"


async def offer_next(
    session: AsyncSession, order_id: UUID, *, run_at: datetime | None = None
) -> None:
    """One such job an order at a time; a newer one takes the place of one that waits."""
    key = str(order_id)
    await jobs.enqueue(session, OFFER_NEXT, {"order_id": key}, run_at=run_at, dedupe=key)


async def expire_offer(session: AsyncSession, offer_id: UUID, at: datetime) -> None:
    key = str(offer_id)
    await jobs.enqueue(session, EXPIRE_OFFER, {"offer_id": key}, run_at=at, dedupe=key)


async def ring_vendor(
    session: AsyncSession, offer_id: UUID, *, run_at: datetime | None = None
) -> None:
    key = str(offer_id)
    await jobs.enqueue(session, RING_VENDOR, {"offer_id": key}, run_at=run_at, dedupe=key)


async def watch_order(session: AsyncSession, order_id: UUID, at: datetime | None) -> None:
    """Look at the order when its present step is overdue."""
    key = str(order_id)
    await jobs.cancel(session, WATCH_ORDER, key)
    if at is not None:
        await jobs.enqueue(session, WATCH_ORDER, {"order_id": key}, run_at=at, dedupe=key)
