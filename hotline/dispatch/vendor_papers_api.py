"""Scans, photos and people of a vendor's file over the API."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Request, Response

from hotline.accounts.auth import VendorReader, VendorWriter
from hotline.attachments import keeping
from hotline.attachments.keeping import Checked, Store
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import scanner_of
from hotline.attachments.sniff import MEDIA_TYPES, MOST_BYTES
from hotline.db import Tx
from hotline.dispatch import paper_files, vendor_people, vetting_present
from hotline.dispatch.vendor_api import SeenVendor
from hotline.dispatch.vetting_schemas import (
    DocumentOut,
    PaperFileIn,
    PersonIn,
    PersonOut,
    ServiceList,
    WorkerOut,
)
from hotline.file_answers import file_of
from hotline.organizations.queries import city_of
from hotline.tickets.idempotent import idempotent

router = APIRouter(prefix="/api/v1", tags=["vendors"])
_LONGEST_NAME = 120
_FILE = file_of(*MEDIA_TYPES)


@router.get("/vendor-services")
async def list_vendor_services(session: Tx, principal: VendorReader) -> ServiceList:
    """服务商可以承接的事项，以及每项要求的证件。"""
    return await vetting_present.services(
        session, await city_of(session, principal.organization_id)
    )


@router.put("/vendors/{vendor_id}/documents/{document_id}/scan")
async def keep_scan(
    request: Request, vendor_id: SeenVendor, principal: VendorWriter, session: Tx, *,
    document_id: UUID, form: Annotated[PaperFileIn, File()],
) -> DocumentOut:  # fmt: skip
    """上传证件扫描件（PDF 或图片）；审核之后不能再换。"""
    checked = await _checked(request, form)
    document = await paper_files.document_of(session, principal, vendor_id, document_id)
    await paper_files.keep_scan(session, principal, document, _store(request), checked)
    return DocumentOut.model_validate(document)


@router.get(
    "/vendors/{vendor_id}/documents/{document_id}/scan",
    response_class=Response, responses=_FILE,
)  # fmt: skip
async def read_scan(
    request: Request, vendor_id: SeenVendor, principal: VendorWriter, session: Tx,
    document_id: UUID,
) -> Response:  # fmt: skip
    """证件扫描件：只给办理审核的人看。"""
    document = await paper_files.document_of(session, principal, vendor_id, document_id)
    return _sent(*await paper_files.scan_of(session, document, _store(request)))


@router.put("/vendors/{vendor_id}/workers/{worker_id}/photo")
async def keep_photo(
    request: Request, vendor_id: SeenVendor, principal: VendorWriter, session: Tx, *,
    worker_id: UUID, form: Annotated[PaperFileIn, File()],
) -> WorkerOut:  # fmt: skip
    """上传工牌照片；审核之后不能再换。"""
    checked = await _checked(request, form)
    worker = await paper_files.worker_of(session, principal, vendor_id, worker_id)
    await paper_files.keep_photo(session, principal, worker, _store(request), checked)
    return WorkerOut.model_validate(worker)


@router.get(
    "/vendors/{vendor_id}/workers/{worker_id}/photo", response_class=Response, responses=_FILE
)
async def read_photo(
    request: Request, vendor_id: SeenVendor, principal: VendorReader, session: Tx, worker_id: UUID
) -> Response:
    """工牌照片。"""
    worker = await paper_files.worker_of(session, principal, vendor_id, worker_id)
    return _sent(*await paper_files.photo_of(session, worker, _store(request)))


@router.post("/vendors/{vendor_id}/people", status_code=201)
@idempotent
async def add_person(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx, body: PersonIn
) -> PersonOut:
    """登记服务商的调度员：用自己的手机验证码进入服务商主页。"""
    person = await vendor_people.add_person(
        session, principal, vendor_id, name=body.name, phone=body.phone
    )
    return PersonOut.model_validate(person)


@router.post("/vendors/{vendor_id}/people/{person_id}/end")
@idempotent
async def end_person(
    vendor_id: SeenVendor, principal: VendorWriter, session: Tx, person_id: UUID
) -> PersonOut:
    """停用调度员，立即退出登录。"""
    person = await vendor_people.end_person(session, principal, vendor_id, person_id)
    return PersonOut.model_validate(person)


async def _checked(request: Request, form: PaperFileIn) -> Checked:
    name = (form.file.filename or "")[-_LONGEST_NAME:]
    content = await form.file.read(MOST_BYTES + 1)
    return await keeping.check(content, name, scanner_of(request.state.settings))


def _store(request: Request) -> Store:
    return Store.of(request.state.settings)


def _sent(attachment: Attachment, content: bytes) -> Response:
    """Pictures are shown in place; anything else is downloaded."""
    is_image = attachment.media_type.startswith("image/")
    name = quote(f"{attachment.subject.partition(':')[0]}{attachment.extension}")
    headers = {
        "Content-Disposition": "inline" if is_image else f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, headers=headers, media_type=attachment.media_type)
