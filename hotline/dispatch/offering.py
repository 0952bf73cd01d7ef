"""Bring an offer to its vendor the way the vendor prefers; who is silent too often cools down."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch import order_notices, work
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.states import OfferChannel
from hotline.dispatch.vendor_files import file_of

MOST_SILENT_TURNS = 3
COOL_DOWN = timedelta(hours=24)


async def bring(session: AsyncSession, order: WorkOrder, offer: Offer) -> None:
    """By text message with the transaction, or by a job that rings."""
    channel = OfferChannel(offer.channel)
    if channel is not OfferChannel.CALL and await text(session, order, offer, channel):
        return
    offer.channel = OfferChannel.CALL
    await work.ring_vendor(session, offer.id)


async def text(
    session: AsyncSession, order: WorkOrder, offer: Offer, channel: OfferChannel
) -> bool:
    """Whether the vendor can be texted at all."""
    message = await order_notices.tell_offer(session, order, offer, channel)
    if message is None:
        return False
    offer.message_id, offer.sent_at = message.id, clock.now()
    return True


async def count_silence(session: AsyncSession, vendor_id: UUID) -> None:
    """Three turns in a row declined or left unanswered: others are asked for a while."""
    vendor = await session.get_one(Vendor, vendor_id)
    file = await file_of(session, vendor)
    file.silent_turns += 1
    if file.silent_turns >= MOST_SILENT_TURNS:
        file.silent_turns = 0
        file.cooling_until = clock.now() + COOL_DOWN


async def note_answered(session: AsyncSession, vendor_id: UUID) -> None:
    vendor = await session.get_one(Vendor, vendor_id)
    file = await file_of(session, vendor)
    file.silent_turns = 0
