"""From a draft to what is in force: by two people, never over what was published meanwhile."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import DirectoryEntry, EntryVersion
from hotline.directory.queries import entry_by_key
from hotline.directory.versions import today
from hotline.editing import drafts, queries, standing, verifying
from hotline.editing.corrections import note_bridge, report_wrong
from hotline.editing.differences import differences
from hotline.editing.drafts import DraftOpen, OwnDraft, Revision
from hotline.editing.models import Correction, DraftState, EntryDraft, Purpose
from hotline.editing.moves import DraftStep
from hotline.editing.publishing import EntryMovedOn
from hotline.editing.standing import Want
from hotline.errors import IllegalMove, InvalidInput, NotFound
from hotline.events.models import Event
from hotline.principal import Principal
from tests.editing.conftest import Editor

KEY = "svc-id-renew"
NUMBER = "0473-000-1012"


async def moved(
    session: AsyncSession, who: Principal, draft: EntryDraft, step: DraftStep, note: str = ""
) -> EntryDraft:
    return await drafts.move_draft(session, who, draft.id, step, version=draft.version, note=note)


async def published(
    session: AsyncSession, author: Principal, reviewer: Principal, draft: EntryDraft
) -> EntryDraft:
    submitted = await moved(session, author, draft, DraftStep.SUBMIT)
    return await moved(session, reviewer, submitted, DraftStep.APPROVE)


async def begun(
    session: AsyncSession, who: Principal, content: dict[str, Any] | None = None
) -> EntryDraft:
    return await drafts.begin_draft(session, who, entry_key=KEY, content=content)


async def row(session: AsyncSession) -> DirectoryEntry:
    return (await session.scalars(select(DirectoryEntry).where(DirectoryEntry.key == KEY))).one()


async def test_publishing_leaves_a_version_and_tells_everybody(
    session: AsyncSession, editor: Editor, city_id: UUID
) -> None:
    author, reviewer = await editor(), await editor()
    draft = await published(
        session, author, reviewer, await begun(session, author, {"fee": "免费"})
    )
    assert (draft.state, draft.published_number) == (DraftState.PUBLISHED, 2)
    entry = await entry_by_key(session, city_id, KEY)
    assert entry is not None
    assert (entry.fee, entry.updated) == ("免费", today().isoformat())
    version = await session.get(EntryVersion, ((await row(session)).id, 2))
    assert version is not None
    assert (version.author_id, version.reviewer_id) == (author.account_id, reviewer.account_id)
    event = await session.scalar(
        select(Event).where(Event.name == "directory.published").order_by(Event.id.desc()).limit(1)
    )
    assert event is not None
    assert event.payload == {"entry_ids": [KEY]}


async def test_whoever_wrote_in_it_does_not_judge_it(session: AsyncSession, editor: Editor) -> None:
    author, helper = await editor(), await editor()
    draft = await begun(session, author)
    revision = Revision(draft.version, {"fee": "免费"})
    draft = await drafts.revise_draft(session, helper, draft.id, revision)
    draft = await moved(session, author, draft, DraftStep.SUBMIT)
    for who in (author, helper):
        with pytest.raises(OwnDraft):
            await moved(session, who, draft, DraftStep.APPROVE)
    with pytest.raises(IllegalMove):
        await moved(session, await editor(), draft, DraftStep.RECALL)


async def test_returning_says_why_and_the_author_writes_on(
    session: AsyncSession, editor: Editor
) -> None:
    author, reviewer = await editor(), await editor()
    draft = await moved(session, author, await begun(session, author), DraftStep.SUBMIT)
    with pytest.raises(InvalidInput):
        await moved(session, reviewer, draft, DraftStep.RETURN)
    draft = await moved(session, reviewer, draft, DraftStep.RETURN, note="费用不对")
    assert (draft.state, draft.decision_note) == (DraftState.RETURNED, "费用不对")
    draft = await drafts.revise_draft(
        session, author, draft.id, Revision(draft.version, {"fee": "免费"})
    )
    assert (await published(session, author, reviewer, draft)).state == DraftState.PUBLISHED


async def test_nothing_is_published_over_a_version_that_nobody_saw(
    session: AsyncSession, editor: Editor
) -> None:
    author, reviewer = await editor(), await editor()
    draft = await begun(session, author, {"fee": "免费"})
    (await row(session)).number += 1
    await session.flush()
    draft = await moved(session, author, draft, DraftStep.SUBMIT)
    with pytest.raises(EntryMovedOn):
        await moved(session, reviewer, draft, DraftStep.APPROVE)
    draft = await moved(session, author, draft, DraftStep.RECALL)
    seen = Revision(draft.version, base_number=(await row(session)).number)
    draft = await drafts.revise_draft(session, author, draft.id, seen)
    assert (await published(session, author, reviewer, draft)).published_number == 3


async def test_one_draft_of_an_entry_at_a_time(session: AsyncSession, editor: Editor) -> None:
    author = await editor()
    draft = await begun(session, author)
    with pytest.raises(DraftOpen) as caught:
        await begun(session, await editor())
    assert caught.value.params["draft_id"] == str(draft.id)
    await moved(session, author, draft, DraftStep.DISCARD)
    assert (await begun(session, author)).state == DraftState.DRAFT


async def test_figures_in_what_is_spoken_are_a_fault(session: AsyncSession, editor: Editor) -> None:
    author = await editor()
    draft = await begun(session, author, {"summary": "收费20元。"})
    with pytest.raises(InvalidInput) as caught:
        await moved(session, author, draft, DraftStep.SUBMIT)
    (told,) = caught.value.params["errors"]
    assert told == {"field": "summary", "message": "数字请写成念法：收费二十元。"}


async def test_an_editor_hands_nothing_to_other_departments(
    session: AsyncSession, editor: Editor
) -> None:
    with pytest.raises(NotFound):
        await begun(session, await editor("org-house"))
    chief = await editor()
    draft = await begun(session, chief)
    with pytest.raises(NotFound):
        await queries.draft(session, await editor("org-house"), draft.id)


async def test_a_withdrawn_entry_is_heard_no_more_and_keeps_its_versions(
    session: AsyncSession, editor: Editor
) -> None:
    author, reviewer = await editor(), await editor()
    draft = await drafts.begin_draft(session, author, entry_key=KEY, purpose=Purpose.WITHDRAW)
    await published(session, author, reviewer, draft)
    entry = await row(session)
    assert (entry.status, entry.number) == ("withdrawn", 2)
    back = await drafts.restore_version(session, author, KEY, 1)
    await published(session, author, reviewer, back)
    assert (await row(session)).status == "published"


async def test_what_has_expired_is_withdrawn_by_itself(
    session: AsyncSession, editor: Editor
) -> None:
    author, reviewer = await editor(), await editor()
    draft = await begun(session, author, {"fee": "免费"})
    dates = {"expires_on": today() + timedelta(days=3)}
    draft = await drafts.revise_draft(
        session, author, draft.id, Revision(draft.version, dates=dates)
    )
    await published(session, author, reviewer, draft)
    await verifying.watch(session)
    assert (await row(session)).status == "published"
    with clock.stopped(clock.now() + timedelta(days=4)):
        await verifying.watch(session)
    entry = await row(session)
    assert entry.status == "withdrawn"
    version = await session.get_one(EntryVersion, (entry.id, entry.number))
    assert version.source == "expire"


async def test_what_is_due_becomes_a_task_until_somebody_looks(
    session: AsyncSession, editor: Editor
) -> None:
    chief = await editor()
    entry = await row(session)
    entry.verify_by = today() + timedelta(days=3)
    await session.flush()
    await verifying.watch(session)
    await verifying.watch(session)
    tasks = await queries.open_corrections(session, [entry.id])
    assert [(task.kind, task.reported_count) for task in tasks] == [("verify", 1)]
    due = await session.scalars(standing.page(chief, Want.DUE, KEY, after=0, limit=5))
    assert [one.key for one in due] == [KEY]
    await verifying.verify_entry(session, chief, KEY)
    assert await queries.open_corrections(session, [entry.id]) == []
    assert entry.verified_on == today()
    with pytest.raises(InvalidInput):
        await verifying.verify_entry(session, chief, KEY, date(2020, 1, 1))


async def test_overdue_tasks_are_told_once(session: AsyncSession, editor: Editor) -> None:
    task = await report_wrong(session, await editor(), KEY, "地址不对")
    with clock.stopped(clock.now() + timedelta(days=20)):
        await verifying.watch(session)
        told = await session.scalars(
            select(Event).where(
                Event.name == "correction.changed", Event.subject_id == str(task.id)
            )
        )
        assert len(told.all()) == 2
        await verifying.watch(session)
    again = select(Event).where(
        Event.name == "correction.changed", Event.subject_id == str(task.id)
    )
    assert len((await session.scalars(again)).all()) == 2


async def test_calls_prove_a_number_and_two_failures_make_a_task(
    session: AsyncSession, city_id: UUID
) -> None:
    entry = await row(session)
    for was_answered in (True, False, False):
        await note_bridge(session, city_id, KEY, NUMBER, was_answered=was_answered)
    (proof,) = await queries.proofs(session, [entry.id])
    assert (proof.number, proof.failures) == (NUMBER, 2)
    assert proof.proven_at is not None
    (task,) = await queries.open_corrections(session, [entry.id])
    assert (task.kind, task.note) == ("failed_transfer", NUMBER)
    await note_bridge(session, city_id, KEY, NUMBER, was_answered=True)
    assert proof.failures == 0


async def test_what_is_told_to_be_wrong_names_nobody(session: AsyncSession, editor: Editor) -> None:
    task = await report_wrong(session, await editor("org-house"), KEY, "打13847312345没人接")
    assert "13847312345" not in task.note
    assert isinstance(task, Correction)
    assert task.due_at > clock.now()


def test_differences_are_told_by_field_and_item() -> None:
    told = differences(
        {"fee": "20元", "aliases": ["甲", "乙"]}, {"fee": "", "aliases": ["乙", "丙"]}
    )
    assert [(one.field, one.before, one.after, one.added, one.removed) for one in told] == [
        ("aliases", None, None, ("丙",), ("甲",)),
        ("fee", "20元", None, (), ()),
    ]
