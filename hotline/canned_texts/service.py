"""Write a canned text, change it, remove it."""

from typing import NoReturn
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.canned_texts import queries
from hotline.canned_texts.models import CannedText, Use
from hotline.canned_texts.schemas import CannedTextChanged, CannedTextIn, CannedTextPut
from hotline.db import uuid7
from hotline.directory.queries import subject_by_code
from hotline.errors import InvalidInput, StaleVersion
from hotline.events import service as events
from hotline.messages.wording import LONGEST as LONGEST_MESSAGE
from hotline.organizations.queries import city_of, subtree_ids
from hotline.principal import Principal

NEWS = "canned_text.changed"
_FRAME = 60
"""Characters that sender and number of the ticket take of a message."""


async def add_text(session: AsyncSession, principal: Principal, wanted: CannedTextIn) -> CannedText:
    row = CannedText(
        id=uuid7(), organization_id=principal.organization_id, author_id=principal.account_id
    )
    await _write(session, principal, row, wanted)
    session.add(row)
    await _told(session, principal, row, "canned_text.added")
    return row


async def amend_text(
    session: AsyncSession, principal: Principal, text_id: UUID, wanted: CannedTextPut
) -> CannedText:
    row = await _held(session, principal, text_id, wanted.version)
    await _write(session, principal, row, wanted)
    await _told(session, principal, row, "canned_text.amended")
    return row


async def remove_text(
    session: AsyncSession, principal: Principal, text_id: UUID, *, version: int
) -> None:
    row = await _held(session, principal, text_id, version)
    await session.delete(row)
    await _told(session, principal, row, "canned_text.removed")


async def _held(
    session: AsyncSession, principal: Principal, text_id: UUID, version: int
) -> CannedText:
    row = await queries.own_text(session, principal, text_id)
    if row.version != version:
        raise StaleVersion
    return row


async def _write(
    session: AsyncSession, principal: Principal, row: CannedText, wanted: CannedTextIn
) -> None:
    if Use.SMS in wanted.uses and len(wanted.text) > LONGEST_MESSAGE - _FRAME:
        _refuse("text", f"用于短信时不超过 {LONGEST_MESSAGE - _FRAME} 个字")
    await _require_subject(session, principal, wanted.subject_code)
    await queries.wait_for_turn(session, row.organization_id)
    written = wanted.model_dump(include=set(CannedTextIn.model_fields) - {"uses"})
    with session.no_autoflush:
        for name, value in written.items():
            setattr(row, name, value)
        row.uses = sorted(wanted.uses)
        await _require_free(session, row)


async def _require_subject(
    session: AsyncSession, principal: Principal, subject_code: str | None
) -> None:
    if subject_code is None:
        return
    city_id = await city_of(session, principal.organization_id)
    if await subject_by_code(session, city_id, subject_code) is None:
        _refuse("subject_code", "没有这个诉求分类")


async def _require_free(session: AsyncSession, row: CannedText) -> None:
    for rival in await queries.rivals(session, row.organization_id, row):
        if rival.key == row.key:
            _refuse("key", f"“{rival.label_zh}”已经用了这个简码")
        _refuse("slot", f"“{rival.label_zh}”已经用了这个数字键")


async def _told(session: AsyncSession, principal: Principal, row: CannedText, action: str) -> None:
    """Desks of the organization and below it follow at once."""
    await session.flush()
    await events.record(
        session,
        NEWS,
        subject_id=row.id,
        payload=CannedTextChanged(id=row.id),
        audience=await subtree_ids(session, row.organization_id),
        scope="directory:read",
    )
    await audit.record(session, principal, action, target=f"canned_text:{row.id}")


def _refuse(field: str, message: str) -> NoReturn:
    raise InvalidInput(errors=[{"field": field, "message": message}])
