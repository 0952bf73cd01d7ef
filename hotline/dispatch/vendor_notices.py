"""What a vendor is told by text message about its file and how it stands, with the reason."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch.models import VendorBar, VendorDocument, VendorReview, VendorWorker
from hotline.dispatch.phrases import phrase
from hotline.dispatch.standing_models import AppealState, VendorAppeal
from hotline.dispatch.states import ReviewSubject
from hotline.dispatch.vendor_files import phone_of_vendor
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import Letter, send_by_template
from hotline.messages.states import Purpose


async def tell_refused(session: AsyncSession, review: VendorReview) -> None:
    """What two persons were to look at, and why it was refused."""
    vendor = await session.get_one(Vendor, review.vendor_id)
    matter = await _matter(session, review)
    reason = _open_ended(review.reason or "")
    await tell_vendor(session, vendor, "sms_vendor_refused", matter=matter, reason=reason)


async def tell_barred(session: AsyncSession, vendor: Vendor, bar: VendorBar) -> None:
    reason = _open_ended(bar.reason)
    if bar.worker_id is None:
        await tell_vendor(session, vendor, "sms_vendor_silenced", reason=reason)
    else:
        await _tell_of_worker(session, vendor, bar, "sms_vendor_worker_barred", reason)


async def tell_worker_lifted(session: AsyncSession, vendor: Vendor, bar: VendorBar) -> None:
    reason = _open_ended(bar.lift_reason or "")
    await _tell_of_worker(session, vendor, bar, "sms_vendor_worker_restored", reason)


async def tell_lifted(
    session: AsyncSession, vendor: Vendor, reason: str, *, is_restored: bool
) -> None:
    """Where another bar holds, the vendor is told that it is still not sent out."""
    template = "sms_vendor_restored" if is_restored else "sms_vendor_bar_lifted"
    await tell_vendor(session, vendor, template, reason=_open_ended(reason))


async def tell_appeal(session: AsyncSession, appeal: VendorAppeal) -> None:
    vendor = await session.get_one(Vendor, appeal.vendor_id)
    is_upheld = appeal.state == AppealState.UPHELD
    template = "sms_vendor_appeal_upheld" if is_upheld else "sms_vendor_appeal_dismissed"
    matter = phrase(f"appeal_{appeal.subject}")
    answer = _open_ended(appeal.answer or "")
    await tell_vendor(session, vendor, template, matter=matter, answer=answer)


async def tell_vendor(
    session: AsyncSession, vendor: Vendor, template: str, **params: str
) -> OutgoingMessage | None:
    """To its registered telephone; None where that takes no text messages."""
    letter = Letter(
        city_id=vendor.city_id,
        organization_id=vendor.city_id,
        subject=f"vendor:{vendor.id}",
        template=template,
        params={"vendor": vendor.name, **params},
        to=await phone_of_vendor(session, vendor.id),
        purpose=Purpose.VENDOR,
    )
    return await send_by_template(session, letter)


async def _tell_of_worker(
    session: AsyncSession, vendor: Vendor, bar: VendorBar, template: str, reason: str
) -> None:
    worker = await session.get_one(VendorWorker, bar.worker_id)
    await tell_vendor(session, vendor, template, worker=worker.name_masked, reason=reason)


async def _matter(session: AsyncSession, review: VendorReview) -> str:
    if review.subject == ReviewSubject.DOCUMENT:
        return (await session.get_one(VendorDocument, review.subject_id)).kind
    if review.subject == ReviewSubject.WORKER:
        worker = await session.get_one(VendorWorker, review.subject_id)
        return phrase("review_worker", worker=worker.name_masked)
    return phrase(f"review_{review.subject}")


def _open_ended(reason: str) -> str:
    """The template itself ends the sentence."""
    return reason.rstrip("。！!.； ")
