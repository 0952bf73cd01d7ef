"""Vendors' files as the API shows them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.directory.required_papers import required_for, required_of_worker
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.links import make_link
from hotline.dispatch.models import VendorReview
from hotline.dispatch.objections import objections_to
from hotline.dispatch.states import LinkPurpose, OfferChannel
from hotline.dispatch.vendor_files import shown_file
from hotline.dispatch.vendor_notices import tell_vendor
from hotline.dispatch.vendor_people import people_of
from hotline.dispatch.vetting_schemas import (
    DocumentOut,
    ExpiryOut,
    ObjectionOut,
    PaperOut,
    PersonOut,
    PriceOut,
    ReviewOut,
    ServiceList,
    ServiceOut,
    VendorFileOut,
    VendorOut,
    WorkerOut,
)


async def listed(session: AsyncSession, vendors: Sequence[Vendor]) -> list[VendorOut]:
    served = await queries.services_of(session, [one.id for one in vendors])
    today = _today()
    return [VendorOut.of(one, served.get(one.id, []), today) for one in vendors]


async def whole(session: AsyncSession, vendor: Vendor) -> VendorFileOut:
    (card,) = await listed(session, [vendor])
    file = await shown_file(session, vendor)
    services = await queries.dispatched(session, vendor.city_id)
    names = {entry.key: entry.name for entry in services}
    return VendorFileOut(
        **card.model_dump(),
        version=file.version,
        contact=vendor.contact,
        address=vendor.address,
        lat=vendor.lat,
        lon=vendor.lon,
        phone_masked=file.phone_masked,
        channel=OfferChannel(file.channel),
        legal_name=file.legal_name,
        credit_code=file.credit_code,
        cooling_until=file.cooling_until,
        renew_on=file.renew_on,
        price_list=[
            PriceOut(**one, service=names.get(one["service_id"], one["service_id"]))
            for one in vendor.price_list
        ],
        papers=[PaperOut(**one) for one in vendor.vetting],
        documents=[
            DocumentOut.model_validate(one) for one in await queries.documents(session, vendor.id)
        ],
        workers=[
            WorkerOut.model_validate(one) for one in await queries.workers(session, vendor.id)
        ],
        people=[PersonOut.model_validate(one) for one in await people_of(session, vendor.id)],
        reviews=await reviews(session, await queries.reviews(session, vendor.id)),
    )


async def reviews(session: AsyncSession, rows: Sequence[VendorReview]) -> list[ReviewOut]:
    names = await queries.names(session, {row.vendor_id for row in rows})
    against = await objections_to(session, [row.id for row in rows])
    same = [name for name in ReviewOut.model_fields if name not in ("vendor_name", "objections")]
    return [
        ReviewOut(
            **{name: getattr(row, name) for name in same},
            vendor_name=names[row.vendor_id],
            objections=[ObjectionOut.model_validate(one) for one in against.get(row.id, [])],
        )
        for row in rows
    ]


async def services(session: AsyncSession, city_id: UUID) -> ServiceList:
    """What vendors may offer, and which papers each of it asks for."""
    rows = await queries.dispatched(session, city_id)
    return ServiceList(
        items=[
            ServiceOut(id=one.key, name=one.name, category=one.category,
                       papers=list(required_for(one.key)))
            for one in rows
        ],
        of_worker=list(required_of_worker()),
    )  # fmt: skip


async def review(session: AsyncSession, row: VendorReview) -> ReviewOut:
    return (await reviews(session, [row]))[0]


async def expiring(session: AsyncSession, vendors: Sequence[Vendor], days: int) -> list[ExpiryOut]:
    """What of firms and of their workers has run out or will within so many days, in order."""
    of_firms = [
        _expiry(one, paper["document"], date.fromisoformat(paper["expires"]))
        for one in vendors
        for paper in one.vetting
    ]
    known = {one.id: one for one in vendors}
    of_workers = [
        _expiry(known[paper.vendor_id], paper.kind, paper.expires_on, worker)
        for paper, worker in await queries.worker_papers(session, known)
    ]
    near = [one for one in (*of_firms, *of_workers) if one.days_left <= days]
    return sorted(near, key=lambda one: one.days_left)


async def send_pages_link(session: AsyncSession, vendor: Vendor) -> bool:
    token = await make_link(session, vendor.id, LinkPurpose.HOME)
    return await tell_vendor(session, vendor, "sms_vendor_pages", link=f"/v/{token}") is not None


def _expiry(vendor: Vendor, document: str, expires: date, worker: str | None = None) -> ExpiryOut:
    return ExpiryOut(
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        worker=worker,
        document=document,
        expires=expires,
        days_left=(expires - _today()).days,
    )


def _today() -> date:
    return clock.local(clock.now()).date()
