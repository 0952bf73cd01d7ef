"""Canned texts: whoever reads the directory uses them, editors and supervisors keep them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from hotline.accounts.auth import AnyAccount, CannedTextWriter, DirectoryReader, TicketWriter
from hotline.canned_texts import queries, service
from hotline.canned_texts.models import CannedText
from hotline.canned_texts.schemas import (
    CannedTextIn,
    CannedTextList,
    CannedTextOut,
    CannedTextPut,
    TextingIn,
    Version,
)
from hotline.canned_texts.texting import text_resident
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.messages.schemas import OutgoingOut
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal
from hotline.tickets.idempotent import once
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["canned-texts"])

IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)
]


async def kept_text(canned_text_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """One that the principal may change. Declare it before the scoped principal."""
    try:
        known = UUID(canned_text_id)
    except ValueError:
        raise NotFound from None
    return (await queries.own_text(session, principal, known)).id


KeptText = Annotated[UUID, Depends(kept_text)]


@router.get("/canned-texts")
async def list_canned_texts(session: Tx, principal: DirectoryReader) -> CannedTextList:
    """常用语：本机构的在前，然后是上级的。"""
    rows = await queries.all_for(session, principal)
    nodes = await organizations_by_id(session, {row.organization_id for row in rows})
    return CannedTextList(
        items=[_shown(principal, row, nodes[row.organization_id].name) for row in rows]
    )


@router.post("/canned-texts", status_code=201)
async def add_canned_text(
    session: Tx, principal: CannedTextWriter, body: CannedTextIn, key: IdempotencyKey = None
) -> CannedTextOut:
    """新增一条常用语；带诉求类型、分类或紧急程度的就是快捷登记。"""

    async def act() -> CannedTextOut:
        return await _one(session, principal, await service.add_text(session, principal, body))

    asked = f"add_canned_text {body.model_dump_json()}"
    return await once(session, principal, key, act, request=asked, model=CannedTextOut)


@router.put("/canned-texts/{canned_text_id}")
async def amend_canned_text(
    canned_text_id: KeptText, principal: CannedTextWriter, session: Tx, body: CannedTextPut
) -> CannedTextOut:
    """修改常用语。"""
    row = await service.amend_text(session, principal, canned_text_id, body)
    return await _one(session, principal, row)


@router.delete("/canned-texts/{canned_text_id}", status_code=204)
async def remove_canned_text(
    canned_text_id: KeptText,
    principal: CannedTextWriter,
    session: Tx,
    version: Annotated[Version, Query()],
) -> Response:
    """删除常用语。"""
    await service.remove_text(session, principal, canned_text_id, version=version)
    return Response(status_code=204)


@router.post("/tickets/{ticket_id}/messages", status_code=201)
async def text_the_resident(
    ticket_id: SeenTicket,
    principal: TicketWriter,
    session: Tx,
    body: TextingIn,
    key: IdempotencyKey = None,
) -> OutgoingOut:
    """用一条短信常用语告诉诉求人；只发审定的话，不发随手写的话。"""

    async def act() -> OutgoingOut:
        sent = await text_resident(session, principal, ticket_id, body.canned_text_id)
        return OutgoingOut.model_validate(sent)

    asked = f"text_the_resident {ticket_id} {body.model_dump_json()}"
    return await once(session, principal, key, act, request=asked, model=OutgoingOut)


async def _one(session: Tx, principal: Principal, row: CannedText) -> CannedTextOut:
    nodes = await organizations_by_id(session, {row.organization_id})
    return _shown(principal, row, nodes[row.organization_id].name)


def _shown(principal: Principal, row: CannedText, organization: str) -> CannedTextOut:
    is_own = row.organization_id in principal.subtree and principal.has("canned-texts:write")
    return CannedTextOut.of(row, organization=organization, is_own=is_own)
