"""Offer an order by a telephone call with keys, and connect a vendor with a resident.

The host is asked outside transactions, at most once: what is to be asked is written down before,
so a crash in between costs this one offer and never rings anybody twice.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.dispatch import cascade, offering, queries, work
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.states import OfferChannel, OfferState, OrderState, Urgency
from hotline.dispatch.vendor_files import may_ring_vendor, phone_of_vendor
from hotline.messages.limits import may_be_texted
from hotline.organizations.queries import hotline_numbers
from hotline.telephony.capabilities import CARRIER
from hotline.telephony.client import CallGone, HostRefused, HostUnavailable, Placing, Telephony
from hotline.telephony.dial_rules import plain

log = structlog.get_logger()

RING_SECONDS = 30
AGAIN_AFTER = timedelta(minutes=3)
AGAIN_URGENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Ringer:
    """The host, and the database that remembers what it was asked."""

    telephony: Telephony
    database: Database

    async def ring_offer(self, offer_id: UUID) -> None:
        async with self.database.transaction() as session:
            placing = await self._claim(session, offer_id)
        if placing is None:
            return
        sid = await self._place(placing, offer_id)
        async with self.database.transaction() as session:
            if sid is None:
                await unreached(session, offer_id)
            elif (offer := await queries.fresh_offer(session, offer_id)) is not None:
                offer.call_sid = sid

    async def bridge(self, order_id: UUID, vendor_id: UUID) -> None:
        """Ring the vendor; the document that answers dials the resident, unseen."""
        async with self.database.transaction() as session:
            order = await queries.held_order(session, order_id)
            if order is None or order.vendor_id != vendor_id or order.caller_sealed is None:
                return
            to = await phone_of_vendor(session, vendor_id)
            placing = await self._placing(session, order, to, f"bridge?order={order.id}")
        if placing is not None:
            await self._place(placing, order_id)

    async def _claim(self, session: AsyncSession, offer_id: UUID) -> Placing | None:
        """Only one may ring for an offer, and only once until the vendor asks for more."""
        known = await queries.fresh_offer(session, offer_id)
        order = await queries.held_order(session, known.order_id) if known else None
        offer = await queries.fresh_offer(session, offer_id)
        if order is None or offer is None or offer.sent_at is not None or not _is_open(offer):
            return None
        offer.sent_at = clock.now()
        to = await phone_of_vendor(session, offer.vendor_id)
        placing = await self._placing(session, order, to, f"offer?offer={offer.id}")
        if placing is None:
            await unreached(session, offer_id)
        return placing

    async def _placing(
        self, session: AsyncSession, order: WorkOrder, to: str, document: str
    ) -> Placing | None:
        numbers = await hotline_numbers(session, order.city_id)
        if not numbers or not may_ring_vendor(to):
            return None
        url = self.telephony.provider.url
        path, _, about = document.partition("?")
        return Placing(
            to=self._dialled(to), from_=numbers[0].number, url=url(document),
            status_url=url(f"{path}-status?{about}"), timeout=RING_SECONDS,
        )  # fmt: skip

    def _dialled(self, number: str) -> str:
        """Our own network rings fixed telephones as the directory writes them, like those of units;
        others want them with the country's code."""
        is_own = self.telephony.able == CARRIER
        return plain(number) if is_own and not may_be_texted(number) else number

    async def _place(self, placing: Placing, subject_id: UUID) -> str | None:
        try:
            return await self.telephony.place_call(placing)
        except (HostUnavailable, HostRefused, CallGone) as error:
            log.warning("vendor.not_rung", subject_id=str(subject_id), error=type(error).__name__)
            return None


async def unreached(session: AsyncSession, offer_id: UUID) -> None:
    """Nobody picked up: by text message instead, where that is possible; else the next vendor."""
    known = await queries.fresh_offer(session, offer_id)
    order = await queries.held_order(session, known.order_id) if known else None
    offer = await queries.fresh_offer(session, offer_id)
    if order is None or offer is None or not _is_open(offer) or offer.message_id is not None:
        return
    if not await offering.text(session, order, offer, OfferChannel.SMS_LINK):
        await cascade.fail_offer(session, offer_id)


async def ask_later(session: AsyncSession, offer_id: UUID) -> None:
    """The vendor asked for a moment: a link where it can be texted, or another call."""
    known = await queries.fresh_offer(session, offer_id)
    order = await queries.held_order(session, known.order_id) if known else None
    offer = await queries.fresh_offer(session, offer_id)
    if order is None or offer is None or not _is_open(offer) or offer.message_id is not None:
        return
    if await offering.text(session, order, offer, OfferChannel.SMS_LINK):
        return
    wait = AGAIN_URGENT_AFTER if order.urgency == Urgency.URGENT else AGAIN_AFTER
    offer.sent_at = None
    await work.ring_vendor(session, offer.id, run_at=clock.now() + wait)


def _is_open(offer: Offer) -> bool:
    return offer.state == OfferState.OPEN and offer.expires_at > clock.now()


def may_bridge(order: WorkOrder) -> bool:
    """While the vendor has to do with the resident."""
    done = queries.ENDED | {OrderState.TO_OFFER, OrderState.OFFERED, OrderState.UNPLACED}
    return order.state not in done and order.caller_sealed is not None
