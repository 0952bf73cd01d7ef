"""Files of forms on their way in: added to a draft, looked at by its reviewer, taken out again."""

from datetime import datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Request, Response, UploadFile
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hotline.accounts.auth import DirectoryWriter
from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.attachments.scanner import scanner_of
from hotline.attachments.sniff import MEDIA_TYPES, MOST_BYTES, FileTooLarge
from hotline.db import Tx
from hotline.editing import forms, queries
from hotline.editing.forms import FormFile
from hotline.editing.seen import SeenDraft
from hotline.file_answers import file_of
from hotline.organizations.speakable import storable

router = APIRouter()

_LONGEST_FILE_NAME = 120
_ENVELOPE = 64 * 1024

FormName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    AfterValidator(storable),
]


class EntryFormIn(BaseModel):
    """One file of a multipart form, and the line of the entry's forms that it is for."""

    model_config = ConfigDict(extra="forbid")

    name: FormName = Field(description="表格名称，与事项“表格”中的一行相同")
    file: UploadFile = Field(description="PDF、Word 或 Excel，不超过 10 MB")


class FormOut(BaseModel):
    """`number` is null until the draft is published."""

    id: UUID
    name: str
    number: int | None
    media_type: str
    size: int
    published_at: datetime | None

    @classmethod
    def of(cls, found: FormFile) -> "FormOut":
        form, kept = found
        return cls(
            id=form.id,
            name=form.name,
            number=form.number,
            media_type=kept.media_type,
            size=kept.size,
            published_at=form.published_at,
        )


class FormList(BaseModel):
    items: list[FormOut]


@router.get("/drafts/{draft_id}/forms")
async def list_forms(draft_id: SeenDraft, principal: DirectoryWriter, session: Tx) -> FormList:
    """表格文件：草稿里待发布的，和已发布的各版。"""
    draft = await queries.draft(session, principal, draft_id)
    found = await forms.forms_of_draft(session, draft)
    return FormList(items=[FormOut.of(one) for one in found])


@router.post("/drafts/{draft_id}/forms", status_code=201)
async def add_form(
    request: Request,
    draft_id: SeenDraft,
    principal: DirectoryWriter,
    session: Tx,
    form: Annotated[EntryFormIn, File()],
) -> FormOut:
    """上传表格文件：按内容识别类型，随草稿审核后发布。"""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES + _ENVELOPE:
        raise FileTooLarge
    file_name = (form.file.filename or "")[-_LONGEST_FILE_NAME:]
    content = await form.file.read(MOST_BYTES + 1)
    checked = await forms.check_form(content, file_name, scanner_of(request.state.settings))
    added = await forms.add_form(
        session, principal, _store(request), draft_id, checked, name=form.name, file_name=file_name
    )
    return FormOut.of(added)


@router.delete("/drafts/{draft_id}/forms/{form_id}", status_code=204)
async def remove_form(
    draft_id: SeenDraft, principal: DirectoryWriter, session: Tx, form_id: UUID
) -> Response:
    """去掉草稿里还没有发布的文件。"""
    await forms.remove_form(session, principal, draft_id, form_id)
    return Response(status_code=204)


@router.get(
    "/drafts/{draft_id}/forms/{form_id}/content",
    response_class=Response,
    responses=file_of(*MEDIA_TYPES),
)
async def read_form(
    request: Request, draft_id: SeenDraft, principal: DirectoryWriter, session: Tx, form_id: UUID
) -> Response:
    """下载表格文件，供审核人查看。"""
    draft = await queries.draft(session, principal, draft_id)
    form, kept = await forms.form_of_draft(session, draft, form_id)
    _, content = await keeping.content_of(session, _store(request), kept.subject, kept.id)
    shown = quote(f"{form.name}{kept.extension}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, headers=headers, media_type=kept.media_type)


def _store(request: Request) -> Store:
    return Store.of(request.state.settings)
