"""Files of an entry's forms: they come with a draft, and with it they are approved and published.

A file belongs to a name among the entry's `forms`; the same name again is its next version.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.attachments import keeping
from hotline.attachments.keeping import Checked, Store
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import Scanner
from hotline.attachments.sniff import DOCX, PDF, XLSX, FileRefused
from hotline.directory.models import EntryForm
from hotline.editing import queries
from hotline.editing.drafts import DraftClosed
from hotline.editing.models import EntryDraft
from hotline.editing.moves import WRITABLE
from hotline.errors import NotFound
from hotline.principal import Principal

KINDS = (PDF, DOCX, XLSX)
"""What people can fill in and print."""

FormFile = tuple[EntryForm, Attachment]


async def check_form(content: bytes, file_name: str, scanner: Scanner) -> Checked:
    """By its content, outside any transaction. Raises FileRefused, FileTooLarge."""
    checked = await keeping.check(content, file_name, scanner)
    if checked.kind not in KINDS:
        raise FileRefused
    return checked


async def add_form(
    session: AsyncSession,
    principal: Principal,
    store: Store,
    draft_id: UUID,
    checked: Checked,
    *,
    name: str,
    file_name: str,
) -> FormFile:
    """Whoever adds a file has written in the draft. A second file of a name takes its place."""
    draft = await _writable(session, principal, draft_id)
    for form, _ in await forms_of_draft(session, draft):
        if form.number is None and form.name == name:
            await session.delete(form)
    kept = await keeping.keep(
        session, store, checked, subject=f"draft:{draft.id}", name=file_name,
        account_id=principal.account_id,
    )  # fmt: skip
    form = EntryForm(
        city_id=draft.city_id,
        entry_key=draft.entry_key,
        name=name,
        draft_id=draft.id,
        attachment_id=kept.id,
        added_by_id=principal.account_id,
    )
    session.add(form)
    await _written(session, principal, draft, "form.added")
    return form, kept


async def remove_form(
    session: AsyncSession, principal: Principal, draft_id: UUID, form_id: UUID
) -> None:
    """One that waits in the draft; what was published stays a version."""
    draft = await _writable(session, principal, draft_id)
    form, _ = await form_of_draft(session, draft, form_id)
    if form.number is not None:
        raise NotFound
    await session.delete(form)
    await _written(session, principal, draft, "form.removed")


async def forms_of_draft(session: AsyncSession, draft: EntryDraft) -> Sequence[FormFile]:
    """What waits in it, and the versions that were published of this entry; newest first."""
    chosen = (
        select(EntryForm, Attachment)
        .join(Attachment, Attachment.id == EntryForm.attachment_id)
        .where(
            EntryForm.city_id == draft.city_id,
            EntryForm.entry_key == draft.entry_key,
            EntryForm.number.is_not(None) | (EntryForm.draft_id == draft.id),
        )
        .order_by(EntryForm.id.desc())
    )
    return [(form, kept) for form, kept in await session.execute(chosen)]


async def form_of_draft(session: AsyncSession, draft: EntryDraft, form_id: UUID) -> FormFile:
    for form, kept in await forms_of_draft(session, draft):
        if form.id == form_id:
            return form, kept
    raise NotFound


async def _writable(session: AsyncSession, principal: Principal, draft_id: UUID) -> EntryDraft:
    draft = await queries.draft(session, principal, draft_id, is_locked=True)
    if draft.state not in WRITABLE:
        raise DraftClosed
    return draft


async def _written(
    session: AsyncSession, principal: Principal, draft: EntryDraft, action: str
) -> None:
    draft.contributors = sorted({*draft.contributors, str(principal.account_id)})
    await session.flush()
    await audit.record(
        session, principal, action, target=f"entry:{draft.entry_key}", draft_id=draft.id
    )
