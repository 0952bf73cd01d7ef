"""Files of tickets: rights are asked for anew at every step."""

from hashlib import sha256
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Request, Response

from hotline.accounts.auth import TicketReader, TicketWriter
from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import scanner_of
from hotline.attachments.schemas import AttachmentIn, AttachmentList, AttachmentOut
from hotline.attachments.sniff import MEDIA_TYPES, MOST_BYTES, FileTooLarge
from hotline.db import Tx
from hotline.file_answers import file_of
from hotline.privacy import mask_text
from hotline.tickets.attach import attach_to_ticket
from hotline.tickets.idempotent import IdempotencyKey, once
from hotline.tickets.notices import subject_of
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["tickets"])

_LONGEST_NAME = 120
_ENVELOPE = 64 * 1024


@router.post("/tickets/{ticket_id}/attachments", status_code=201)
async def attach(
    request: Request,
    ticket_id: SeenTicket,
    principal: TicketWriter,
    session: Tx,
    *,
    form: Annotated[AttachmentIn, File()],
    key: IdempotencyKey = None,
) -> AttachmentOut:
    """上传附件：按内容识别类型；照片去除拍摄地点等信息后保存。"""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES + _ENVELOPE:
        raise FileTooLarge
    name = (form.file.filename or "")[-_LONGEST_NAME:]
    content = await form.file.read(MOST_BYTES + 1)
    checked = await keeping.check(content, name, scanner_of(request.state.settings))

    async def act() -> AttachmentOut:
        kept = await attach_to_ticket(
            session, principal, ticket_id, _store(request), checked, name=name
        )
        return _out(session, kept)

    asked = f"attach {ticket_id} {name} {sha256(content).hexdigest()}"
    return await once(session, principal, key, act, request=asked, model=AttachmentOut)


@router.get("/tickets/{ticket_id}/attachments")
async def list_attachments(
    ticket_id: SeenTicket, _principal: TicketReader, session: Tx
) -> AttachmentList:
    """工单的附件。"""
    kept = await keeping.kept(session, subject_of(ticket_id))
    return AttachmentList(items=[_out(session, one) for one in kept])


@router.get(
    "/tickets/{ticket_id}/attachments/{attachment_id}",
    response_class=Response,
    responses=file_of(*MEDIA_TYPES),
)
async def download(
    request: Request,
    ticket_id: SeenTicket,
    _principal: TicketReader,
    session: Tx,
    attachment_id: UUID,
) -> Response:
    """下载附件；每次都重新核对权限。"""
    attachment, content = await keeping.content_of(
        session, _store(request), subject_of(ticket_id), attachment_id
    )
    shown = quote(mask_text(keeping.name_of(session, attachment)))
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, headers=headers, media_type=attachment.media_type)


def _store(request: Request) -> Store:
    return Store.of(request.state.settings)


def _out(session: Tx, attachment: Attachment) -> AttachmentOut:
    return AttachmentOut(
        id=attachment.id,
        name=mask_text(keeping.name_of(session, attachment)),
        media_type=attachment.media_type,
        size=attachment.size,
        verdict=attachment.verdict,
        created_at=attachment.created_at,
    )
