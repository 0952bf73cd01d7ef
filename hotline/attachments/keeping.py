"""Keep a file and give it back."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.images import redrawn
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import Scanner, Verdict, judged
from hotline.attachments.sniff import Kind, kind_of
from hotline.db import uuid7
from hotline.errors import Conflict, NotFound
from hotline.vault import Vault, vault_of

FOLDER = "attachments"
MOST_PER_SUBJECT = 20


class AttachmentHeld(Conflict):
    code, detail = "attachment_held", "文件还没有通过安全检查，不能下载。"


class TooManyFiles(Conflict):
    code, detail = "too_many_files", "一件工单最多 20 个附件。"


@dataclass(frozen=True, slots=True)
class Checked:
    """A file after all checks, ready to be kept."""

    content: bytes
    kind: Kind
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Store:
    """Files under generated names, two folders deep, mode 600, outside whatever is served."""

    root: Path

    def path(self, attachment_id: UUID) -> Path:
        return self.root / FOLDER / attachment_id.hex[-2:] / attachment_id.hex

    def write(self, attachment_id: UUID, sealed: bytes) -> None:
        path = self.path(attachment_id)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())

    def read(self, attachment_id: UUID) -> bytes:
        return self.path(attachment_id).read_bytes()

    def erase(self, attachment_id: UUID) -> None:
        """Gone, or never there."""
        self.path(attachment_id).unlink(missing_ok=True)


async def check(content: bytes, name: str, scanner: Scanner) -> Checked:
    """Outside any transaction: drawing takes a moment, and a scanner is another party.

    Raises FileRefused, FileTooLarge.
    """
    kind = kind_of(content, name)
    if kind.is_image:
        content, kind = await asyncio.to_thread(redrawn, content, kind)
    return Checked(content, kind, await judged(scanner, content, kind))


async def keep(
    session: AsyncSession,
    store: Store,
    checked: Checked,
    *,
    subject: str,
    name: str,
    account_id: UUID | None,
) -> Attachment:
    """The file is on the disk before its row is committed; one without a row is never served.

    The caller has made sure that the account may write to the subject, and holds its row.
    """
    if len(await kept(session, subject)) >= MOST_PER_SUBJECT:
        raise TooManyFiles
    own, vault = uuid7(), vault_of(session)
    sealed = vault.seal_bytes(checked.content, table="attachment", column="content", row=own)
    await asyncio.to_thread(store.write, own, sealed)
    attachment = Attachment(
        id=own,
        subject=subject,
        added_by_id=account_id,
        name_sealed=vault.seal(name, table="attachment", column="name", row=own),
        media_type=checked.kind.media_type,
        extension=checked.kind.extension,
        size=len(checked.content),
        digest=hashlib.sha256(checked.content).digest(),
        verdict=checked.verdict,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def kept(session: AsyncSession, subject: str) -> Sequence[Attachment]:
    chosen = select(Attachment).where(Attachment.subject == subject).order_by(Attachment.id)
    return (await session.scalars(chosen)).all()


async def content_of(
    session: AsyncSession, store: Store, subject: str, attachment_id: UUID
) -> tuple[Attachment, bytes]:
    """Raises NotFound (also for another subject's file), AttachmentHeld."""
    attachment = await session.get(Attachment, attachment_id)
    if attachment is None or attachment.subject != subject:
        raise NotFound
    if attachment.verdict != Verdict.PASSED:
        raise AttachmentHeld
    sealed = await asyncio.to_thread(store.read, attachment.id)
    vault: Vault = vault_of(session)
    return attachment, vault.open_bytes(
        sealed, table="attachment", column="content", row=attachment.id
    )


def name_of(session: AsyncSession, attachment: Attachment) -> str:
    return vault_of(session).open(
        attachment.name_sealed, table="attachment", column="name", row=attachment.id
    )
