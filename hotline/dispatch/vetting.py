"""A vendor's file: admission, papers, workers; each looked at by two persons.

The district collects, the city approves, never the same person. A firm that is admitted is shown
to the public for seven days before. What is approved counts at once in speech, search and portal.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.importing import announce_published
from hotline.directory.models import Vendor
from hotline.directory.required_papers import lacking
from hotline.dispatch import objections, vendor_card
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.errors import PapersLacking, ReviewNotNow, SamePerson, WorkerUnfit
from hotline.dispatch.identity import is_identity_number
from hotline.dispatch.models import VendorDocument, VendorReview, VendorWorker
from hotline.dispatch.order_words import place_in
from hotline.dispatch.states import PaperState, ReviewState, ReviewSubject
from hotline.dispatch.vendor_files import file_of, phone_of, set_channel, set_phone
from hotline.dispatch.vendor_notices import tell_refused
from hotline.dispatch.vendor_people import masked
from hotline.dispatch.vetting_schemas import DocumentIn, VendorIn, VendorPatch, WorkerIn
from hotline.dispatch.workers import TABLE, barred_among, lacking_papers
from hotline.errors import Conflict, InvalidInput, NotFound, StaleVersion
from hotline.organizations.hours import is_valid
from hotline.organizations.queries import city_of
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.vault import vault_of

NOTICE = timedelta(days=7)
YEAR = timedelta(days=365)
PHOTO, RENEWAL = "工牌照片", "年度复核"


class KeyTaken(Conflict):
    code, detail = "vendor_key_taken", "这个编号已被另一家服务商使用。"


async def apply_vendor(session: AsyncSession, principal: Principal, wanted: VendorIn) -> Vendor:
    """A firm's file as the district takes it in; it is sent nowhere until the city has approved.

    Raises InvalidInput, Conflict (the key is taken).
    """
    city_id = await city_of(session, principal.organization_id)
    _require(is_valid(wanted.hours), "hours", "营业时间写法不对")
    if await session.scalar(
        select(Vendor.id).where(Vendor.city_id == city_id, Vendor.key == wanted.key)
    ):
        raise KeyTaken
    vendor = await _made(session, city_id, wanted)
    card = wanted.model_dump(include={"districts", "credit_code", "price_list"})
    await vendor_card.require_fit(session, vendor, card)
    file = await file_of(session, vendor)
    set_phone(session, file, wanted.phone)
    set_channel(file, wanted.channel, phone_of(session, file))
    file.legal_name, file.credit_code = wanted.legal_name, wanted.credit_code
    await vendor_card.serve(session, vendor, [price.service_id for price in wanted.price_list])
    await _ask(session, principal, vendor, ReviewSubject.ADMISSION, vendor.id)
    return vendor


async def amend_vendor(
    session: AsyncSession, principal: Principal, vendor_id: UUID, patch: VendorPatch
) -> Vendor:
    """How it is reached and what it can take on at once; its card after two persons looked.

    Raises StaleVersion where the file is not what the patch was made from.
    """
    vendor = await queries.locked(session, principal, vendor_id)
    file = await file_of(session, vendor)
    if file.version != patch.version:
        raise StaleVersion
    file.version += 1
    if patch.phone is not None:
        set_phone(session, file, patch.phone)
    if patch.channel is not None:
        set_channel(file, patch.channel, phone_of(session, file))
    if patch.hours is not None:
        _require(is_valid(patch.hours), "hours", "营业时间写法不对")
        vendor.hours = patch.hours
    vendor.capacity = patch.capacity or vendor.capacity
    vendor.contact = patch.contact or vendor.contact
    asked = await vendor_card.propose(session, principal, vendor, patch)
    await session.flush()
    if asked is not None:
        await _note(session, principal, asked, "vendor.review_asked")
    await audit.record(session, principal, "vendor.amended", target=f"vendor:{vendor.id}")
    await announce_published(session, vendor.city_id, [])
    return vendor


async def submit_document(
    session: AsyncSession, principal: Principal, vendor_id: UUID, wanted: DocumentIn
) -> VendorDocument:
    vendor = await queries.locked(session, principal, vendor_id)
    today = clock.local(clock.now()).date()
    _require(wanted.kind != RENEWAL, "kind", "年度复核不是证件，请申请复核")
    _require(wanted.expires_on >= today, "expires_on", "已经过期")
    if wanted.worker_id is not None:
        worker = await session.get(VendorWorker, wanted.worker_id)
        if worker is None or worker.vendor_id != vendor.id:
            raise NotFound
    document = VendorDocument(id=uuid7(), vendor_id=vendor.id, **wanted.model_dump())
    session.add(document)
    await session.flush()
    await _ask(session, principal, vendor, ReviewSubject.DOCUMENT, document.id)
    return document


async def submit_worker(
    session: AsyncSession, principal: Principal, vendor_id: UUID, wanted: WorkerIn
) -> VendorWorker:
    """Somebody who will go into homes; the identity is checked and sealed."""
    vendor = await queries.locked(session, principal, vendor_id)
    _require(is_identity_number(wanted.identity), "identity", "身份证号码校验不通过")
    own, vault = uuid7(), vault_of(session)
    worker = VendorWorker(
        id=own,
        vendor_id=vendor.id,
        name_sealed=vault.seal(wanted.name, table=TABLE, column="name", row=own),
        name_masked=masked(wanted.name),
        identity_sealed=vault.seal(wanted.identity, table=TABLE, column="identity", row=own),
        identity_masked=f"{wanted.identity[:3]}{'*' * 11}{wanted.identity[-4:]}",
        identity_blind=vault.blind(wanted.identity.upper(), purpose="identity"),
        badge=wanted.badge,
        state=PaperState.SUBMITTED,
    )
    session.add(worker)
    await session.flush()
    await _ask(session, principal, vendor, ReviewSubject.WORKER, worker.id)
    return worker


async def renew_vendor(
    session: AsyncSession, principal: Principal, vendor_id: UUID
) -> VendorReview:
    """The yearly look at the whole file."""
    vendor = await queries.locked(session, principal, vendor_id)
    return await _ask(session, principal, vendor, ReviewSubject.RENEWAL, vendor.id)


async def collect(
    session: AsyncSession, principal: Principal, review_id: UUID, *, note: str
) -> VendorReview:
    """The district has seen the papers and, for an admission, the place."""
    review = await queries.locked_review(session, principal, review_id)
    if review.state != ReviewState.SUBMITTED:
        raise ReviewNotNow
    review.collected_by_id, review.collected_at = principal.account_id, clock.now()
    review.collected_note = mask_text(note)
    review.state = ReviewState.COLLECTED
    if review.subject == ReviewSubject.ADMISSION:
        review.state, review.notice_until = ReviewState.IN_NOTICE, clock.now() + NOTICE
        await announce_published(session, review.city_id, [])
    await _note(session, principal, review, "vendor.review_collected")
    return review


async def approve(session: AsyncSession, principal: Principal, review_id: UUID) -> VendorReview:
    """The city, after the public notice where there is one.

    Raises ReviewNotNow, SamePerson, ObjectionsOpen, ObjectionUpheld, PapersLacking.
    """
    review = await queries.locked_review(session, principal, review_id)
    is_noticed = review.notice_until is None or review.notice_until <= clock.now()
    if review.state not in (ReviewState.COLLECTED, ReviewState.IN_NOTICE) or not is_noticed:
        raise ReviewNotNow
    if review.collected_by_id == principal.account_id:
        raise SamePerson
    await objections.require_answered(session, review)
    review.state = ReviewState.APPROVED
    review.approved_by_id, review.decided_at = principal.account_id, clock.now()
    await _put_in_force(session, review)
    await _note(session, principal, review, "vendor.review_approved")
    await announce_published(session, review.city_id, [])
    return review


async def refuse(
    session: AsyncSession, principal: Principal, review_id: UUID, *, reason: str
) -> VendorReview:
    """By the district or by the city, with the reason that the vendor is told."""
    review = await queries.locked_review(session, principal, review_id)
    if review.state in queries.CLOSED:
        raise ReviewNotNow
    review.state, review.decided_at = ReviewState.REFUSED, clock.now()
    review.reason = mask_text(reason)
    if review.subject == ReviewSubject.DOCUMENT:
        document = await session.get_one(VendorDocument, review.subject_id)
        document.state = PaperState.REFUSED
    if review.subject == ReviewSubject.WORKER:
        worker = await session.get_one(VendorWorker, review.subject_id)
        worker.state = PaperState.REFUSED
    await objections.uphold_all(session, principal, review)
    await _note(session, principal, review, "vendor.review_refused")
    await tell_refused(session, review)
    if review.notice_until is not None:
        await announce_published(session, review.city_id, [])
    return review


async def _put_in_force(session: AsyncSession, review: VendorReview) -> None:
    vendor = await session.get_one(Vendor, review.vendor_id, populate_existing=True)
    if review.subject == ReviewSubject.DOCUMENT:
        await _count_document(session, vendor, review.subject_id)
    elif review.subject == ReviewSubject.WORKER:
        await _badge(session, vendor, await session.get_one(VendorWorker, review.subject_id))
    elif review.subject == ReviewSubject.CARD:
        await vendor_card.require_fit(session, vendor, review.proposed or {})
        await vendor_card.apply_card(session, vendor, review.proposed or {})
    else:
        await _admit(session, vendor)


async def _admit(session: AsyncSession, vendor: Vendor) -> None:
    """A firm is sent out with every paper that its services ask for, and not before."""
    served = (await queries.services_of(session, [vendor.id])).get(vendor.id, [])
    today = clock.local(clock.now()).date()
    missing = lacking(vendor.vetting, served, today)
    if missing:
        raise PapersLacking(documents=list(missing))
    if vendor.status == "probation":
        vendor.status, vendor.joined_on = "active", today
    file = await file_of(session, vendor)
    file.renew_on = today + YEAR
    # As a paper it runs out, is reminded of and silences like every other.
    looked_at = _paper(RENEWAL, today.isoformat(), file.renew_on)
    vendor.vetting = [*(one for one in vendor.vetting if one["document"] != RENEWAL), looked_at]


async def _badge(session: AsyncSession, vendor: Vendor, worker: VendorWorker) -> None:
    """Into homes goes whoever has a photo on the badge and every certificate of a worker.

    The identity is checked by the two persons themselves.
    """
    if await barred_among(session, vendor.city_id, [worker], clock.now()):
        raise WorkerUnfit(documents=[])
    today = clock.local(clock.now()).date()
    held = {
        one.kind
        for one in await queries.documents(session, worker.vendor_id)
        if one.worker_id == worker.id and one.state == PaperState.VALID and one.expires_on >= today
    }
    missing = list(lacking_papers(None, held))
    if worker.photo_id is None:
        missing.append(PHOTO)
    if missing:
        raise PapersLacking(documents=missing)
    worker.state = PaperState.VALID


async def _count_document(session: AsyncSession, vendor: Vendor, document_id: UUID) -> None:
    """It takes the place of the one before; the directory shows it at once."""
    document = await session.get_one(VendorDocument, document_id)
    for older in await queries.documents(session, vendor.id):
        is_same = (older.kind, older.worker_id) == (document.kind, document.worker_id)
        if is_same and older.state == PaperState.VALID:
            older.state = PaperState.REPLACED
    document.state = PaperState.VALID
    if document.worker_id is None:
        fresh = _paper(document.kind, document.number, document.expires_on)
        others = [one for one in vendor.vetting if one["document"] != document.kind]
        vendor.vetting = [*others, fresh]
    await session.flush()


def _paper(kind: str, number: str, expires: date) -> dict[str, str]:
    return {"document": kind, "number": number, "expires": expires.isoformat()}


async def _made(session: AsyncSession, city_id: UUID, wanted: VendorIn) -> Vendor:
    last = await session.scalar(select(func.max(Vendor.position)).where(Vendor.city_id == city_id))
    own = uuid7()
    same = wanted.model_dump(exclude={"channel", "legal_name", "credit_code"})
    same |= {"key": wanted.key or f"ven-{own.hex[-10:]}"}
    same |= await _place(session, city_id, wanted)
    vendor = Vendor(
        **same, id=own, city_id=city_id, position=(last or 0) + 1, grade="B", rating=0.0,
        vetting=[], deposit=0, status="probation", joined_on=clock.local(clock.now()).date(),
    )  # fmt: skip
    session.add(vendor)
    await session.flush()
    return vendor


async def _place(session: AsyncSession, city_id: UUID, wanted: VendorIn) -> dict[str, float]:
    if wanted.lat is not None and wanted.lon is not None:
        return {"lat": wanted.lat, "lon": wanted.lon}
    found = await place_in(session, city_id, wanted.address)
    if found is None:
        told = "地址里没有地图上的地名，请填写经纬度"
        raise InvalidInput(errors=[{"field": "address", "message": told}])
    return {"lat": found.lat, "lon": found.lon}


async def _ask(
    session: AsyncSession, principal: Principal, vendor: Vendor, subject: ReviewSubject,
    subject_id: UUID,
) -> VendorReview:  # fmt: skip
    waiting = select(VendorReview.id).where(
        VendorReview.subject_id == subject_id, VendorReview.state.not_in(queries.CLOSED)
    )
    if await session.scalar(waiting):
        raise ReviewNotNow
    review = VendorReview(
        id=uuid7(), vendor_id=vendor.id, city_id=vendor.city_id, subject=subject,
        subject_id=subject_id, state=ReviewState.SUBMITTED, submitted_by_id=principal.account_id,
    )  # fmt: skip
    session.add(review)
    await _note(session, principal, review, "vendor.review_asked")
    return review


async def _note(
    session: AsyncSession, principal: Principal, review: VendorReview, name: str
) -> None:
    await session.flush()
    await audit.record(
        session, principal, name, target=f"vendor:{review.vendor_id}", review_id=review.id,
        subject=review.subject,
    )  # fmt: skip


def _require(is_so: bool, field: str, message: str) -> None:
    if not is_so:
        raise InvalidInput(errors=[{"field": field, "message": message}])
