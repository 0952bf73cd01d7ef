"""Vendors' files over the API: lists, admission, papers, workers, reviews."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from hotline.accounts.auth import AnyAccount, VendorApprover, VendorReader, VendorWriter
from hotline.db import Tx
from hotline.dispatch import ledger_queries, objections, vetting, vetting_present
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.vetting_queries import VendorFilter
from hotline.dispatch.vetting_schemas import (
    CollectIn,
    DocumentIn,
    DocumentOut,
    ExpiryList,
    ObjectionAnswerIn,
    PagesLinkOut,
    RefuseIn,
    ReviewOut,
    ReviewPage,
    VendorFileOut,
    VendorIn,
    VendorPage,
    VendorPatch,
    WorkerIn,
    WorkerOut,
)
from hotline.errors import NotFound
from hotline.tickets.idempotent import idempotent

router = APIRouter(prefix="/api/v1", tags=["vendors"])


async def seen_vendor(vendor_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """404 before scope for what is not visible. Declare it before the scoped principal."""
    try:
        known = UUID(vendor_id)
    except ValueError:
        raise NotFound from None
    return (await ledger_queries.vendor(session, principal, known)).id


async def seen_review(review_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """The same for a review."""
    try:
        known = UUID(review_id)
    except ValueError:
        raise NotFound from None
    return (await queries.review(session, principal, known)).id


SeenVendor = Annotated[UUID, Depends(seen_vendor)]
SeenReview = Annotated[UUID, Depends(seen_review)]


@router.get("/vendors")
async def list_vendors(
    session: Tx,
    principal: VendorReader,
    wanted: Annotated[VendorFilter, Depends()],
    *,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> VendorPage:
    """服务商名册：只列出辖区内的；缺证或过期的不派单。"""
    rows = list(await queries.page(session, principal, wanted, after=after, limit=limit + 1))
    items = await vetting_present.listed(session, rows[:limit])
    more = str(rows[limit - 1].position) if len(rows) > limit else None
    return VendorPage(items=items, next=more)


@router.get("/vendor-expiries")
async def list_expiries(
    session: Tx, principal: VendorReader, days: Annotated[int, Query(ge=0, le=400)] = 60
) -> ExpiryList:
    """证件到期日历：已过期的和若干天内到期的，最急的在前。"""
    rows = await queries.every(session, principal)
    return ExpiryList(items=await vetting_present.expiring(session, rows, days))


@router.post("/vendors", status_code=201)
@idempotent
async def apply_vendor(session: Tx, principal: VendorWriter, body: VendorIn) -> VendorFileOut:
    """登记入驻申请；区级收集、市级批准、公示七天之后才派单。"""
    vendor = await vetting.apply_vendor(session, principal, body)
    return await vetting_present.whole(session, vendor)


@router.get("/vendors/{vendor_id}")
async def read_vendor(vendor_id: SeenVendor, principal: VendorReader, session: Tx) -> VendorFileOut:
    """一家服务商的档案。"""
    vendor = await ledger_queries.vendor(session, principal, vendor_id)
    return await vetting_present.whole(session, vendor)


@router.patch("/vendors/{vendor_id}")
async def amend_vendor(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx, body: VendorPatch
) -> VendorFileOut:
    """登记电话、派单方式、营业时间、同时可接的单数。"""
    vendor = await vetting.amend_vendor(session, principal, vendor_id, body)
    return await vetting_present.whole(session, vendor)


@router.post("/vendors/{vendor_id}/documents", status_code=201)
@idempotent
async def submit_document(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx, body: DocumentIn
) -> DocumentOut:
    """提交一份证件，等待两人审核。"""
    document = await vetting.submit_document(session, principal, vendor_id, body)
    return DocumentOut.model_validate(document)


@router.post("/vendors/{vendor_id}/workers", status_code=201)
@idempotent
async def submit_worker(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx, body: WorkerIn
) -> WorkerOut:
    """登记上门人员，等待两人审核。"""
    worker = await vetting.submit_worker(session, principal, vendor_id, body)
    return WorkerOut.model_validate(worker)


@router.post("/vendors/{vendor_id}/renewal", status_code=201)
@idempotent
async def renew_vendor(vendor_id: SeenVendor, principal: VendorWriter, session: Tx) -> ReviewOut:
    """开始年审。"""
    review = await vetting.renew_vendor(session, principal, vendor_id)
    return await vetting_present.review(session, review)


@router.post("/vendors/{vendor_id}/pages-link")
@idempotent
async def send_pages_link(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx
) -> PagesLinkOut:
    """把服务商主页的链接发到登记手机；打开还需要短信验证码。"""
    vendor = await ledger_queries.vendor(session, principal, vendor_id)
    return PagesLinkOut(is_sent=await vetting_present.send_pages_link(session, vendor))


@router.get("/vendor-reviews")
async def list_reviews(
    session: Tx,
    principal: VendorReader,
    *,
    is_open: Annotated[bool, Query(alias="open")] = True,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReviewPage:
    """审核事项，等得最久的在前。"""
    found = await queries.review_page(
        session, principal, is_open=is_open, after=after, limit=limit + 1
    )
    rows = list(found)
    items = await vetting_present.reviews(session, rows[:limit])
    return ReviewPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.post("/vendor-reviews/{review_id}/collect")
@idempotent
async def collect_review(
    review_id: SeenReview, principal: VendorWriter, session: Tx, body: CollectIn
) -> ReviewOut:
    """区级已核对材料；入驻申请从此公示七天。"""
    review = await vetting.collect(session, principal, review_id, note=body.note)
    return await vetting_present.review(session, review)


@router.post("/vendor-reviews/{review_id}/objections/{objection_id}/answer")
@idempotent
async def answer_objection(
    review_id: SeenReview, objection_id: UUID, principal: VendorApprover, session: Tx,
    body: ObjectionAnswerIn,
) -> ReviewOut:  # fmt: skip
    """答复公示期间的一条异议；成立的不能批准，答复短信发给留了电话的人。"""
    review = await objections.answer_objection(
        session, principal, review_id, objection_id, is_upheld=body.is_upheld, answer=body.answer
    )
    return await vetting_present.review(session, review)


@router.post("/vendor-reviews/{review_id}/approve")
@idempotent
async def approve_review(
    review_id: SeenReview, principal: VendorApprover, session: Tx
) -> ReviewOut:
    """市级批准，即时生效；不能是收集材料的同一人。"""
    review = await vetting.approve(session, principal, review_id)
    return await vetting_present.review(session, review)


@router.post("/vendor-reviews/{review_id}/refuse")
@idempotent
async def refuse_review(
    review_id: SeenReview, principal: VendorWriter, session: Tx, body: RefuseIn
) -> ReviewOut:
    """不予通过，写明理由。"""
    review = await vetting.refuse(session, principal, review_id, reason=body.reason)
    return await vetting_present.review(session, review)
