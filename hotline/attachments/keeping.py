"""Keep a file and give it back."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.bucket import Bucket, Signer
from hotline.attachments.images import redrawn
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import Scanner, Verdict, judged
from hotline.attachments.sniff import Kind, kind_of
from hotline.db import uuid7
from hotline.errors import Conflict, NotFound
from hotline.settings import Settings
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
    """Sealed files under generated names, two folders deep: in a bucket where one is configured,
    else with mode 600 in a folder outside whatever is served.

    What was kept before there was a bucket stays in the folder and is found there.
    """

    root: Path
    bucket: Bucket | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        if not settings.s3_url or settings.s3_secret is None:
            return cls(settings.data_dir)
        secret = settings.s3_secret.get_secret_value()
        signer = Signer(settings.s3_region, settings.s3_key_id, secret)
        return cls(settings.data_dir, Bucket(settings.s3_url, signer))

    def path(self, file_id: UUID) -> Path:
        return self.root / FOLDER / _name(file_id)

    async def write(self, file_id: UUID, sealed: bytes) -> None:
        """A new file. Raises StoreUnavailable."""
        if self.bucket is not None:
            await self.bucket.put(_name(file_id), sealed)
        else:
            await asyncio.to_thread(_write, self.path(file_id), sealed, os.O_EXCL)

    async def read(self, file_id: UUID) -> bytes:
        """Raises FileNotFoundError, StoreUnavailable."""
        found = await self.bucket.get(_name(file_id)) if self.bucket else None
        if found is not None:
            return found
        return await asyncio.to_thread(self.path(file_id).read_bytes)

    async def replace(self, file_id: UUID, sealed: bytes) -> None:
        """Whole or not at all: a reader has the old file or the new one."""
        path = self.path(file_id)
        if self.bucket is not None:
            await self.bucket.put(_name(file_id), sealed)
            await asyncio.to_thread(path.unlink, missing_ok=True)
            return
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        await asyncio.to_thread(_write, fresh, sealed, os.O_TRUNC)
        await asyncio.to_thread(fresh.replace, path)

    async def erase(self, file_id: UUID) -> None:
        """Gone, or never there. Raises StoreUnavailable."""
        await asyncio.to_thread(self.path(file_id).unlink, missing_ok=True)
        if self.bucket is not None:
            await self.bucket.delete(_name(file_id))


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
    """The file is stored before its row is committed; one without a row is never served.

    The caller has made sure that the account may write to the subject, and holds its row.
    """
    if len(await kept(session, subject)) >= MOST_PER_SUBJECT:
        raise TooManyFiles
    own, vault = uuid7(), vault_of(session)
    sealed = vault.seal_bytes(checked.content, table="attachment", column="content", row=own)
    await store.write(own, sealed)
    attachment = Attachment(
        id=own,
        subject=subject,
        added_by_id=account_id,
        name_sealed=vault.seal(_bare(name), table="attachment", column="name", row=own),
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
    return attachment, await opened(store, vault_of(session), attachment.id)


async def opened(store: Store, vault: Vault, attachment_id: UUID) -> bytes:
    """What lies sealed under this id; needs no transaction, for the storage may be slow.

    Raises NotFound where nothing lies.
    """
    try:
        sealed = await store.read(attachment_id)
    except FileNotFoundError as error:
        raise NotFound from error
    return vault.open_bytes(sealed, table="attachment", column="content", row=attachment_id)


def _bare(name: str) -> str:
    """Without folders: whoever fetches the file may keep it under the name that we tell."""
    return name.replace("\\", "/").rpartition("/")[2]


def name_of(session: AsyncSession, attachment: Attachment) -> str:
    return vault_of(session).open(
        attachment.name_sealed, table="attachment", column="name", row=attachment.id
    )


def _name(file_id: UUID) -> str:
    return f"{file_id.hex[-2:]}/{file_id.hex}"


def _write(path: Path, sealed: bytes, how: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
