"""Drafts, versions and tasks as the API shows them: with names, differences, faults, speech."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts.queries import names_of
from hotline.calls.schemas import ReasonOut
from hotline.conversation.live_directory import CityDirectory
from hotline.conversation.wording import Wording
from hotline.directory.models import DirectoryEntry
from hotline.editing import queries
from hotline.editing.contents import faults_in, known_of_city
from hotline.editing.differences import differences
from hotline.editing.drafts import standing_content
from hotline.editing.models import Correction, DraftState, EntryDraft
from hotline.editing.moves import MOVES, REVIEWING, DraftStep
from hotline.editing.rehearsal import Rehearsal
from hotline.editing.schemas import (
    AstrayOut,
    CompetitorOut,
    CorrectionOut,
    DifferenceOut,
    DraftOut,
    DraftRow,
    FaultOut,
    RehearsalOut,
    SpokenOut,
    VersionOut,
)
from hotline.editing.speech import preview
from hotline.matching.values import Match
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal


async def draft_rows(
    session: AsyncSession, principal: Principal, drafts: Sequence[EntryDraft]
) -> list[DraftRow]:
    names = await names_of(session, {one.author_id for one in drafts if one.author_id})
    nodes = await organizations_by_id(session, {one.organization_id for one in drafts})
    return [
        DraftRow(**_row(one, principal, names), organization=nodes[one.organization_id].name)
        for one in drafts
    ]


async def draft_out(
    session: AsyncSession, principal: Principal, draft: EntryDraft, wording: Wording
) -> DraftOut:
    """Everything about one draft."""
    names = await names_of(session, _people(draft))
    node = (await organizations_by_id(session, {draft.organization_id}))[draft.organization_id]
    entry = await queries.entry_row(session, draft.city_id, draft.entry_key)
    number = entry.number if entry else 0
    is_open = draft.state in MOVES
    is_own = str(principal.account_id) in draft.contributors
    before = await _before(session, draft, entry, is_open=is_open)
    return DraftOut(
        **_row(draft, principal, names),
        organization=node.name,
        content=draft.content,
        verify_by=draft.verify_by,
        expires_on=draft.expires_on,
        contributors=sorted(names[one] for one in _contributors(draft) if one in names),
        decided_by=names.get(draft.decided_by_id) if draft.decided_by_id else None,
        faults=await _faults(session, draft) if is_open else [],
        differences=[
            DifferenceOut.model_validate(one) for one in differences(before, draft.content)
        ],
        spoken=SpokenOut.model_validate(preview(draft.content.get("summary", ""), wording)),
        current_number=number,
        is_outdated=is_open and number != draft.base_number,
        may_review=not is_own,
        moves=_moves(draft, is_own=is_own),
    )


async def versions_out(session: AsyncSession, entry_id: UUID) -> list[VersionOut]:
    """Newest first, each with what it changed."""
    rows = await queries.versions(session, entry_id)
    people = {one for row in rows for one in (row.author_id, row.reviewer_id) if one}
    names = await names_of(session, people)
    before: list[dict[str, Any] | None] = [*(row.content for row in rows[1:]), None]
    return [
        VersionOut.of(row, differences(old, row.content), names)
        for row, old in zip(rows, before, strict=True)
    ]


async def corrections_out(
    session: AsyncSession, tasks: Sequence[Correction]
) -> list[CorrectionOut]:
    entries = await queries.entries_by_id(session, {task.entry_id for task in tasks})
    names = await names_of(session, {task.reported_by_id for task in tasks if task.reported_by_id})
    return [
        CorrectionOut.of(
            task,
            entry_id=entries[task.entry_id].key,
            name=entries[task.entry_id].name,
            reporter=names.get(task.reported_by_id) if task.reported_by_id else None,
            now=clock.now(),
        )
        for task in tasks
    ]


def rehearsal_out(done: Rehearsal, city: CityDirectory, draft: EntryDraft) -> RehearsalOut:
    understood = done.understood
    return RehearsalOut(
        decision=understood.decision,
        emergency=understood.emergency,
        district=understood.district,
        heard=list(done.heard),
        results=[_competitor(match, city, draft) for match in understood.results],
        astray=[
            AstrayOut(
                phrase=one.phrase,
                entry_id=one.match.entry_id,
                name=_named(one.match.entry_id, city, draft)[0],
                confidence=one.match.confidence,
            )
            for one in done.astray
        ],
        ms=understood.ms,
    )


def _competitor(match: Match, city: CityDirectory, draft: EntryDraft) -> CompetitorOut:
    name, category = _named(match.entry_id, city, draft)
    return CompetitorOut(
        entry_id=match.entry_id,
        name=name,
        category=category,
        confidence=match.confidence,
        is_draft=match.entry_id == draft.entry_key,
        reasons=[
            ReasonOut(channel=reason.channel, phrase=reason.phrase, weight=reason.weight)
            for reason in match.reasons
        ],
    )


def _named(entry_id: str, city: CityDirectory, draft: EntryDraft) -> tuple[str, str]:
    if entry_id == draft.entry_key:
        return draft.content["name"], draft.content["category"]
    entry = city.entries[entry_id]
    return entry.name, entry.category


async def _faults(session: AsyncSession, draft: EntryDraft) -> list[FaultOut]:
    known = await known_of_city(session, draft.city_id)
    return [FaultOut.of(fault) for fault in faults_in(draft.entry_key, draft.content, known)]


def _people(draft: EntryDraft) -> set[UUID]:
    named = {one for one in (draft.author_id, draft.decided_by_id) if one}
    return named | set(_contributors(draft))


def _contributors(draft: EntryDraft) -> list[UUID]:
    return [UUID(one) for one in draft.contributors]


async def _before(
    session: AsyncSession, draft: EntryDraft, entry: DirectoryEntry | None, *, is_open: bool
) -> dict[str, Any] | None:
    """What it is compared with: the entry as it stands, or the version that it replaced."""
    if entry is None:
        return None
    if is_open:
        return await standing_content(session, entry)
    old = await queries.version(session, entry.id, draft.base_number)
    return old.content if old else None


def _moves(draft: EntryDraft, *, is_own: bool) -> list[DraftStep]:
    """What this account may do with it."""
    return [
        move
        for move in MOVES.get(DraftState(draft.state), {})
        if (is_own or move is not DraftStep.RECALL) and not (is_own and move in REVIEWING)
    ]


def _row(draft: EntryDraft, principal: Principal, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": draft.id,
        "entry_id": draft.entry_key,
        "name": draft.content.get("name", ""),
        "category": draft.content.get("category", ""),
        "purpose": draft.purpose,
        "state": draft.state,
        "author": names.get(draft.author_id, "") if draft.author_id else "",
        "is_mine": str(principal.account_id) in draft.contributors,
        "note": draft.note,
        "decision_note": draft.decision_note,
        "base_number": draft.base_number,
        "published_number": draft.published_number,
        "submitted_at": draft.submitted_at,
        "decided_at": draft.decided_at,
        "updated_at": draft.updated_at,
        "version": draft.version,
    }
