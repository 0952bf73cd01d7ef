"""The texts of messages in an organization's own words: read, tried out, changed, with history."""

from fastapi import APIRouter

from hotline.accounts.auth import TicketSupervisor
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.errors import InvalidInput, NotFound
from hotline.messages import own_texts
from hotline.messages.text_schemas import (
    MessagePreview,
    MessageTextHistory,
    MessageTextIn,
    MessageTextList,
    MessageTextOut,
    MessageTextVersion,
)
from hotline.messages.wording import message_texts
from hotline.organizations import queries as organizations
from hotline.organizations.service import set_wording
from hotline.principal import Principal

router = APIRouter(prefix="/api/v1", tags=["wording"])


@router.get("/message-texts")
async def list_message_texts(session: Tx, principal: TicketSupervisor) -> MessageTextList:
    """每一条短信：通用文本、上级的文本、本机构的文本，以及按短信条数计的长度。"""
    own, above = await _own_and_above(session, principal)
    return MessageTextList(
        items=[_shown(key, own.get(key), above.get(key)) for key in message_texts()]
    )


@router.put("/message-texts/{text_key}")
async def change_message_text(
    session: Tx, principal: TicketSupervisor, text_key: str, body: MessageTextIn
) -> MessageTextOut:
    """换成本机构的说法：变量须与通用文本相符，以签名开头；此后发出的短信都用它。"""
    shipped = _shipped(text_key)
    errors = [{"field": "text", "message": fault} for fault in own_texts.faults(body.text, shipped)]
    if errors:
        raise InvalidInput(errors=errors)
    own, above = await _own_and_above(session, principal)
    if body.text != own.get(text_key):
        await set_wording(
            session, principal, principal.organization_id, key=text_key, text=body.text,
            scope="tickets:supervise",
        )  # fmt: skip
    return _shown(text_key, body.text, above.get(text_key))


@router.post("/message-texts/{text_key}/preview")
async def preview_message_text(
    _principal: TicketSupervisor, text_key: str, body: MessageTextIn
) -> MessagePreview:
    """按示例内容试写一条，不保存。"""
    return _preview(body.text, _shipped(text_key))


@router.get("/message-texts/{text_key}/history")
async def show_message_text_history(
    session: Tx, principal: TicketSupervisor, text_key: str
) -> MessageTextHistory:
    """本机构以前用过的说法。"""
    _shipped(text_key)
    rows = await organizations.wording_history(session, principal.organization_id, text_key)
    names = await names_of(session, {row.created_by for row in rows if row.created_by})
    items = [MessageTextVersion.model_validate(row) for row in rows]
    for item in items:
        item.created_by_name = names.get(item.created_by) if item.created_by else None
    return MessageTextHistory(items=items)


async def _own_and_above(
    session: Tx, principal: Principal
) -> tuple[dict[str, str], dict[str, str]]:
    """This organization's newest texts, and those of the nearest above it that has any."""
    node = await organizations.organization(session, principal.organization_id)
    own = await organizations.own_wording(session, node.id)
    above = await organizations.wording(session, node.parent_id) if node.parent_id else {}
    return own, above


def _shipped(key: str) -> str:
    text = message_texts().get(key)
    if text is None:
        raise NotFound
    return text


def _shown(key: str, own: str | None, above: str | None) -> MessageTextOut:
    shipped = _shipped(key)
    inherited = above or shipped
    return MessageTextOut(
        key=key,
        shipped=shipped,
        inherited=inherited,
        own=own,
        variables=sorted(own_texts.variables(shipped)),
        preview=_preview(own or inherited, shipped),
    )


def _preview(text: str, shipped: str) -> MessagePreview:
    faults = own_texts.faults(text, shipped)
    message = text if faults else own_texts.filled(text)
    length = own_texts.length_of(message)
    return MessagePreview(
        faults=faults, message=message, characters=length.characters, segments=length.segments
    )
