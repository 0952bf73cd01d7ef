"""What vendors and residents are told by text message about an order."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch import order_words
from hotline.dispatch.codes import make_code
from hotline.dispatch.links import make_link
from hotline.dispatch.models import Offer, VendorWorker, WorkOrder
from hotline.dispatch.phrases import phrase, yuan
from hotline.dispatch.states import CodePurpose, Consent, LinkPurpose, OfferChannel
from hotline.dispatch.vendor_files import phone_of_vendor
from hotline.dispatch.workers import name_of
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.states import Purpose
from hotline.organizations.queries import organization

LONGEST_NEEDS = 40
NOON = 12


def spoken_when(order: WorkOrder) -> str:
    """11月25日15:30, or the resident's own words."""
    if order.appointment_at is not None:
        here = clock.local(order.appointment_at)
        return f"{here.month}月{here.day}日{here:%H:%M}"
    return order.wanted_when or phrase("when_unsaid")


def said_when(order: WorkOrder) -> str:
    """The same to be heard: 11月25日下午3点30分."""
    if order.appointment_at is None:
        return spoken_when(order)
    here = clock.local(order.appointment_at)
    return phrase(
        "when_spoken",
        month=here.month,
        day=here.day,
        half=phrase("morning" if here.hour < NOON else "afternoon"),
        hour=here.hour if here.hour <= NOON else here.hour - NOON,
        minute=phrase("minutes", minute=here.minute) if here.minute else "",
    )


async def tell_offer(
    session: AsyncSession, order: WorkOrder, offer: Offer, channel: OfferChannel
) -> OutgoingMessage | None:
    """The offer itself, by link or to be replied to."""
    minutes = max(1, round((offer.expires_at - clock.now()).total_seconds() / 60))
    place = await organization(session, order.district_id)
    params = {"district": place.district or place.name, "minutes": str(minutes)}
    if channel is OfferChannel.SMS_LINK:
        token = await make_link(
            session, offer.vendor_id, LinkPurpose.OFFER, order_id=order.id, offer_id=offer.id
        )
        params["link"] = f"/v/{token}"
    template = "sms_offer_link" if channel is OfferChannel.SMS_LINK else "sms_offer_reply"
    return await _tell_vendor(session, order, offer.vendor_id, template, params)


async def tell_taken(session: AsyncSession, order: WorkOrder) -> None:
    """The vendor gets the order's own link; the address, and the number if that was agreed to."""
    assert order.vendor_id is not None
    token = await make_link(session, order.vendor_id, LinkPurpose.ORDER, order_id=order.id)
    address = order_words.address_of(session, order) or phrase("where_unsaid")
    number = order_words.caller_of(session, order) if order.consent == Consent.GIVEN else None
    params = {"address": address, "link": f"/v/{token}", "phone": number or ""}
    template = "sms_order_taken" if number else "sms_order_taken_bridged"
    await _tell_vendor(session, order, order.vendor_id, template, params)
    await tell_resident(session, order, "sms_order_accepted")


async def tell_lost(session: AsyncSession, order: WorkOrder, vendor_id: UUID) -> None:
    """The order is not the vendor's any more."""
    await _tell_vendor(session, order, vendor_id, "sms_order_lost", {})


async def tell_vendor(
    session: AsyncSession, order: WorkOrder, vendor_id: UUID, template: str
) -> None:
    await _tell_vendor(session, order, vendor_id, template, {})


async def tell_step(session: AsyncSession, order: WorkOrder, template: str) -> None:
    """To the vendor, about what the resident said."""
    if order.vendor_id is not None:
        await _tell_vendor(session, order, order.vendor_id, template, {})


async def tell_photo_owed(session: AsyncSession, order: WorkOrder) -> None:
    """The work was reported by telephone; its photo is still to come, on the order's page."""
    assert order.vendor_id is not None
    token = await make_link(session, order.vendor_id, LinkPurpose.ORDER, order_id=order.id)
    more = {"link": f"/v/{token}"}
    await _tell_vendor(session, order, order.vendor_id, "sms_order_photo_owed", more)


async def tell_quote_code(session: AsyncSession, order: WorkOrder) -> None:
    """A quote above the list holds once the resident has told the vendor this code."""
    code = await make_code(session, CodePurpose.QUOTE, order.id)
    await tell_resident(
        session, order, "sms_quote_code",
        {"code": code, "amount": yuan(order.quote_cents or 0)},
    )  # fmt: skip


async def tell_worker(session: AsyncSession, order: WorkOrder, *, is_other: bool) -> None:
    """Whom to let in: the whole name and the number on the badge."""
    worker = await session.get_one(VendorWorker, order.worker_id)
    template = "sms_order_worker_other" if is_other else "sms_order_worker"
    more = {"worker": name_of(session, worker), "badge": worker.badge}
    await tell_resident(session, order, template, more)


async def tell_resident(
    session: AsyncSession, order: WorkOrder, template: str, more: Mapping[str, str] | None = None
) -> None:
    number = order_words.caller_of(session, order)
    if number is None:
        return
    vendor = await session.get(Vendor, order.vendor_id) if order.vendor_id else None
    params = {"vendor": vendor.name if vendor else "", "amount": yuan(order.amount_cents or 0)}
    await _send(session, order, template, number, params | dict(more or {}))


async def _tell_vendor(
    session: AsyncSession,
    order: WorkOrder,
    vendor_id: UUID,
    template: str,
    more: Mapping[str, str],
) -> OutgoingMessage | None:
    number = await phone_of_vendor(session, vendor_id)
    return await _send(session, order, template, number, more)


async def _send(
    session: AsyncSession, order: WorkOrder, template: str, to: str, more: Mapping[str, str]
) -> OutgoingMessage | None:
    params = {
        "number": order.number,
        "tail": order.number[-4:],
        "service": order.service,
        "when": spoken_when(order),
        "needs": order.needs[:LONGEST_NEEDS],
    }
    letter = Letter(
        city_id=order.city_id,
        organization_id=order.district_id,
        subject=f"work_order:{order.id}",
        template=template,
        params=params | dict(more),
        to=to,
        purpose=Purpose.VENDOR,
        is_urgent=True,
    )
    return await send_by_template(session, letter)
