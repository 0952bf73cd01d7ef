"""The scan of a paper and the photo on a badge: kept sealed while the paper waits to be looked at.

What two persons have looked at is never exchanged; a new paper is submitted instead.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.keeping import Checked, Store, content_of, keep
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import Verdict
from hotline.attachments.sniff import FileRefused
from hotline.dispatch import vetting_queries as queries
from hotline.dispatch.errors import ReviewNotNow
from hotline.dispatch.models import VendorDocument, VendorWorker
from hotline.dispatch.states import PaperState
from hotline.errors import NotFound
from hotline.principal import Principal


async def keep_scan(
    session: AsyncSession, principal: Principal, document: VendorDocument, store: Store,
    checked: Checked,
) -> None:  # fmt: skip
    """Raises ReviewNotNow."""
    if document.state != PaperState.SUBMITTED:
        raise ReviewNotNow
    document.attachment_id = await _kept(session, principal, store, checked, _scan(document.id))


async def keep_photo(
    session: AsyncSession, principal: Principal, worker: VendorWorker, store: Store,
    checked: Checked,
) -> None:  # fmt: skip
    """Raises FileRefused for what is no picture, ReviewNotNow."""
    if not checked.kind.is_image:
        raise FileRefused
    if worker.state != PaperState.SUBMITTED:
        raise ReviewNotNow
    worker.photo_id = await _kept(session, principal, store, checked, _photo(worker.id))


async def scan_of(
    session: AsyncSession, document: VendorDocument, store: Store
) -> tuple[Attachment, bytes]:
    if document.attachment_id is None:
        raise NotFound
    return await content_of(session, store, _scan(document.id), document.attachment_id)


async def photo_of(
    session: AsyncSession, worker: VendorWorker, store: Store
) -> tuple[Attachment, bytes]:
    if worker.photo_id is None:
        raise NotFound
    return await content_of(session, store, _photo(worker.id), worker.photo_id)


async def shown_photo(session: AsyncSession, worker: VendorWorker) -> Attachment | None:
    """Which photo may be shown, for whoever fetches its content outside of the transaction."""
    found = await session.get(Attachment, worker.photo_id) if worker.photo_id else None
    return found if found is not None and found.verdict == Verdict.PASSED else None


async def document_of(
    session: AsyncSession, principal: Principal, vendor_id: UUID, document_id: UUID
) -> VendorDocument:
    """Raises NotFound, also for another vendor's."""
    vendor = await queries.locked(session, principal, vendor_id)
    found = await session.get(VendorDocument, document_id)
    if found is None or found.vendor_id != vendor.id:
        raise NotFound
    return found


async def worker_of(
    session: AsyncSession, principal: Principal, vendor_id: UUID, worker_id: UUID
) -> VendorWorker:
    vendor = await queries.locked(session, principal, vendor_id)
    found = await session.get(VendorWorker, worker_id)
    if found is None or found.vendor_id != vendor.id:
        raise NotFound
    return found


async def _kept(
    session: AsyncSession, principal: Principal, store: Store, checked: Checked, subject: str
) -> UUID:
    name = f"{subject}{checked.kind.extension}"
    kept = await keep(
        session, store, checked, subject=subject, name=name, account_id=principal.account_id
    )
    await session.flush()
    return kept.id


def _scan(document_id: UUID) -> str:
    return f"vendor_document:{document_id}"


def _photo(worker_id: UUID) -> str:
    return f"vendor_worker:{worker_id}"
