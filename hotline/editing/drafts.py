"""Begin a draft, write in it, send it on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.exporting import content_of
from hotline.directory.models import DirectoryEntry
from hotline.directory.queries import entry_by_key
from hotline.editing import queries
from hotline.editing.contents import faults_in, known_of_city, whole
from hotline.editing.models import EntryDraft, Purpose
from hotline.editing.moves import REVIEWING, WRITABLE, DraftStep, state_after
from hotline.editing.publishing import EntryMovedOn, publish
from hotline.editing.schemas import DraftMoved
from hotline.errors import Conflict, HotlineError, IllegalMove, InvalidInput, NotFound, StaleVersion
from hotline.events import service as events
from hotline.organizations.queries import city_of, organization_by_key
from hotline.principal import Principal

KEY_DIGITS = 10


class DraftOpen(Conflict):
    code, detail = "draft_open", "这个事项已有一份草稿，请在那份上修改。"


class DraftClosed(Conflict):
    code, detail = "draft_closed", "草稿正在审核或者已经结束，不能修改。"


class OwnDraft(HotlineError):
    """Four eyes: whoever wrote in it does not judge it."""

    status, code, detail = 403, "own_draft", "不能审核自己写的内容，请由另一人审核。"


@dataclass(frozen=True, slots=True)
class Revision:
    """What an editor changes; what is not given stays."""

    version: int
    content: Mapping[str, Any] | None = None
    note: str | None = None
    base_number: int | None = None
    dates: Mapping[str, date | None] = field(default_factory=dict)


async def begin_draft(
    session: AsyncSession,
    principal: Principal,
    *,
    entry_key: str | None = None,
    content: Mapping[str, Any] | None = None,
    purpose: Purpose = Purpose.CHANGE,
    note: str = "",
) -> EntryDraft:
    """Over an entry of one's own, or for one that is not there yet."""
    city_id = await city_of(session, principal.organization_id)
    row = await queries.entry_row(session, city_id, entry_key) if entry_key else None
    if row is not None:
        await queries.own_entry(session, principal, row.key)
    elif purpose is Purpose.WITHDRAW:
        raise NotFound
    key = entry_key or f"svc-{uuid7().hex[-KEY_DIGITS:]}"
    standing = await queries.open_draft(session, city_id, key)
    if standing is not None:
        raise DraftOpen(entry_id=key, draft_id=str(standing.id))
    before = await standing_content(session, row) if row is not None else {}
    draft = EntryDraft(
        id=uuid7(),
        city_id=city_id,
        organization_id=principal.organization_id,
        entry_key=key,
        purpose=purpose,
        base_number=row.number if row is not None else 0,
        content=whole(key, {**before, **(content or {})}),
        note=note,
        expires_on=row.expires_on if row is not None else None,
        author_id=principal.account_id,
        contributors=[str(principal.account_id)],
    )
    draft.organization_id = await _keeper(session, principal, draft)
    session.add(draft)
    await session.flush()
    await _audited(session, principal, draft, "draft.begun")
    await _tell(session, draft)
    return draft


async def standing_content(session: AsyncSession, row: DirectoryEntry) -> dict[str, Any]:
    """What the entry says now."""
    entry = await entry_by_key(session, row.city_id, row.key)
    return content_of(entry) if entry is not None else {}


async def revise_draft(
    session: AsyncSession, principal: Principal, draft_id: UUID, revision: Revision
) -> EntryDraft:
    draft = await _held(session, principal, draft_id, revision.version)
    if draft.state not in WRITABLE:
        raise DraftClosed
    if revision.content is not None:
        draft.content = whole(draft.entry_key, {**draft.content, **revision.content})
        draft.organization_id = await _keeper(session, principal, draft)
    if revision.note is not None:
        draft.note = revision.note
    if revision.base_number is not None:
        await _rebase(session, draft, revision.base_number)
    for name, day in revision.dates.items():
        setattr(draft, name, day)
    draft.contributors = sorted({*draft.contributors, str(principal.account_id)})
    await session.flush()
    await _tell(session, draft)
    return draft


async def move_draft(
    session: AsyncSession,
    principal: Principal,
    draft_id: UUID,
    move: DraftStep,
    *,
    version: int,
    note: str = "",
) -> EntryDraft:
    """Submitted once it is sound; approved or returned by somebody else."""
    draft = await _held(session, principal, draft_id, version)
    onward = state_after(draft.state, move)
    is_own = str(principal.account_id) in draft.contributors
    if move in REVIEWING and is_own:
        raise OwnDraft
    if move is DraftStep.RECALL and not is_own:
        raise IllegalMove(state=draft.state, move=str(move))
    if move is DraftStep.RETURN and not note.strip():
        raise InvalidInput(errors=[{"field": "note", "message": "请写明退回的原因"}])
    if move in (DraftStep.SUBMIT, DraftStep.APPROVE):
        await _require_sound(session, draft)
    if move is DraftStep.SUBMIT:
        draft.submitted_at = clock.now()
    if move in (*REVIEWING, DraftStep.DISCARD):
        draft.decided_at, draft.decided_by_id = clock.now(), principal.account_id
        draft.decision_note = note
    if move is DraftStep.APPROVE:
        draft.published_number = await publish(session, principal, draft)
    draft.state = onward
    await session.flush()
    await _audited(session, principal, draft, f"draft.{MOVED[move]}")
    await _tell(session, draft)
    return draft


async def restore_version(
    session: AsyncSession, principal: Principal, entry_key: str, number: int
) -> EntryDraft:
    """Back to what it said then: a draft like any other, for somebody else to approve."""
    row = await queries.own_entry(session, principal, entry_key)
    version = await queries.version(session, row.id, number)
    if version is None:
        raise NotFound
    return await begin_draft(
        session, principal, entry_key=row.key, content=version.content, note=f"恢复第 {number} 版"
    )


async def _held(
    session: AsyncSession, principal: Principal, draft_id: UUID, version: int
) -> EntryDraft:
    draft = await queries.draft(session, principal, draft_id, is_locked=True)
    if draft.version != version:
        raise StaleVersion
    return draft


async def _keeper(session: AsyncSession, principal: Principal, draft: EntryDraft) -> UUID:
    """Who is responsible by the content; an editor hands nothing to others.

    Vendors' services are kept by the city; without a responsible organization it stays with
    whoever writes it.
    """
    key, kind = draft.content.get("organization_id"), draft.content.get("kind")
    keeper = draft.city_id if kind == "convenience" else draft.organization_id
    if key:
        named = await organization_by_key(session, key)
        if named is None or named.city_id != draft.city_id:
            return draft.organization_id
        keeper = named.id
    if keeper not in principal.subtree:
        message = "只能写本部门及下级承办的事项"
        raise InvalidInput(errors=[{"field": "organization_id", "message": message}])
    return keeper


async def _rebase(session: AsyncSession, draft: EntryDraft, number: int) -> None:
    """The editor has seen what was published meanwhile and writes over it."""
    row = await queries.entry_row(session, draft.city_id, draft.entry_key)
    if row is None or row.number != number:
        raise EntryMovedOn
    draft.base_number = number


async def _require_sound(session: AsyncSession, draft: EntryDraft) -> None:
    if draft.purpose == Purpose.WITHDRAW:
        return
    known = await known_of_city(session, draft.city_id)
    faults = faults_in(draft.entry_key, draft.content, known)
    if faults:
        errors = [{"field": fault.field, "message": fault.message} for fault in faults]
        raise InvalidInput(errors=errors)


async def _tell(session: AsyncSession, draft: EntryDraft) -> None:
    """Consoles of the department fetch the drafts anew: a reviewer sees what waits."""
    await events.record(
        session,
        "draft.moved",
        subject_id=draft.id,
        payload=DraftMoved(id=draft.id, entry_id=draft.entry_key, state=draft.state),
        audience=[draft.organization_id],
        scope="directory:write",
    )


async def _audited(
    session: AsyncSession, principal: Principal, draft: EntryDraft, action: str
) -> None:
    await audit.record(
        session, principal, action, target=f"entry:{draft.entry_key}", draft_id=draft.id
    )


MOVED = {
    DraftStep.SUBMIT: "submitted",
    DraftStep.RECALL: "recalled",
    DraftStep.APPROVE: "approved",
    DraftStep.RETURN: "returned",
    DraftStep.DISCARD: "discarded",
}
