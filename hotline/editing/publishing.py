"""Put a draft in force: the entry, its next version, the news of it; all in one transaction."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.importing import announce_published, lock_directory
from hotline.directory.models import DirectoryEntry, EntryForm
from hotline.directory.rows import ServiceRow
from hotline.directory.saving import save_services
from hotline.directory.versions import Provenance, today, withdraw_entry
from hotline.editing import queries
from hotline.editing.contents import whole
from hotline.editing.models import EntryDraft, Purpose
from hotline.editing.settling import settle_verification
from hotline.errors import Conflict
from hotline.organizations.queries import organizations_of
from hotline.principal import Principal


class EntryMovedOn(Conflict):
    code, detail = "entry_moved_on", "事项在此期间已有新版本，请对照后再提交。"


async def publish(session: AsyncSession, principal: Principal, draft: EntryDraft) -> int:
    """The number of the version that is in force now."""
    await lock_directory(session)
    entry = await queries.entry_row(session, draft.city_id, draft.entry_key, is_locked=True)
    if (entry.number if entry is not None else 0) != draft.base_number:
        raise EntryMovedOn
    provenance = Provenance("edit", draft.note, draft.author_id, principal.account_id)
    if draft.purpose == Purpose.WITHDRAW and entry is not None:
        withdrawn = Provenance("withdraw", draft.note, draft.author_id, principal.account_id)
        await withdraw_entry(session, entry, draft.content, withdrawn)
    else:
        entry = await _write(session, draft, provenance)
        await _publish_forms(session, draft)
    await settle_verification(session, principal, entry.id)
    await announce_published(session, draft.city_id, [draft.entry_key])
    return entry.number


async def _write(
    session: AsyncSession, draft: EntryDraft, provenance: Provenance
) -> DirectoryEntry:
    row = ServiceRow.model_validate(whole(draft.entry_key, draft.content))
    keys: dict[str, UUID] = {
        node.key: node.id for node in await organizations_of(session, draft.city_id)
    }
    await save_services(session, draft.city_id, [row], keys, provenance=provenance)
    entry = await queries.entry_row(session, draft.city_id, draft.entry_key)
    assert entry is not None  # written above
    entry.status = "published"
    entry.verified_on, entry.expires_on = today(), draft.expires_on
    if draft.verify_by is not None:
        entry.verify_by = draft.verify_by
    await session.flush()
    return entry


async def _publish_forms(session: AsyncSession, draft: EntryDraft) -> None:
    """Files whose names the entry lists now get the next number of their name."""
    listed = set(draft.content.get("forms") or ())
    waiting = await session.scalars(
        select(EntryForm).where(EntryForm.draft_id == draft.id, EntryForm.number.is_(None))
    )
    for form in waiting.all():
        if form.name in listed:
            form.number = await _next_number(session, form)
            form.published_at = clock.now()
    await session.flush()


async def _next_number(session: AsyncSession, form: EntryForm) -> int:
    newest = await session.scalar(
        select(func.max(EntryForm.number)).where(
            EntryForm.city_id == form.city_id,
            EntryForm.entry_key == form.entry_key,
            EntryForm.name == form.name,
        )
    )
    return (newest or 0) + 1
