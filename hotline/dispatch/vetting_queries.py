"""Every SELECT on vendors' files; those for a person start at `vendors_visible_to`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import DirectoryEntry, Vendor, VendorService
from hotline.dispatch.ledger_queries import vendors_visible_to
from hotline.dispatch.models import VendorDocument, VendorReview, VendorWorker
from hotline.dispatch.states import PaperState, ReviewState
from hotline.errors import NotFound
from hotline.principal import Principal

CLOSED = (ReviewState.APPROVED, ReviewState.REFUSED)


@dataclass(frozen=True, slots=True)
class VendorFilter:
    """None means everything."""

    q: str | None = None
    category: str | None = None
    district: str | None = None
    service_id: str | None = None


async def page(
    session: AsyncSession, principal: Principal, wanted: VendorFilter, *, after: int, limit: int
) -> Sequence[Vendor]:
    """In the order of the directory, after a position."""
    chosen = vendors_visible_to(principal).where(Vendor.position > after)
    if wanted.q:
        chosen = chosen.where(Vendor.name.contains(wanted.q, autoescape=True))
    if wanted.category:
        chosen = chosen.where(Vendor.category == wanted.category)
    if wanted.district:
        chosen = chosen.where(Vendor.districts.contains([wanted.district]))
    if wanted.service_id:
        chosen = chosen.where(Vendor.id.in_(_serving(wanted.service_id)))
    return (await session.scalars(chosen.order_by(Vendor.position).limit(limit))).all()


async def every(session: AsyncSession, principal: Principal) -> Sequence[Vendor]:
    return (await session.scalars(vendors_visible_to(principal).order_by(Vendor.position))).all()


async def locked(session: AsyncSession, principal: Principal, vendor_id: UUID) -> Vendor:
    """Held until the transaction ends. Raises NotFound."""
    chosen = vendors_visible_to(principal).where(Vendor.id == vendor_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True, of=Vendor).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def services_of(session: AsyncSession, vendor_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    rows = await session.execute(
        select(VendorService.vendor_id, DirectoryEntry.key)
        .join(DirectoryEntry, DirectoryEntry.id == VendorService.entry_id)
        .where(VendorService.vendor_id.in_(list(vendor_ids)))
        .order_by(VendorService.vendor_id, VendorService.position)
    )
    served: dict[UUID, list[str]] = {}
    for vendor_id, key in rows:
        served.setdefault(vendor_id, []).append(key)
    return served


async def dispatched(session: AsyncSession, city_id: UUID) -> Sequence[DirectoryEntry]:
    """The services that vendors do, in the order of the directory."""
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.handoff == "dispatch"
    )
    return (await session.scalars(chosen.order_by(DirectoryEntry.position))).all()


async def documents(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorDocument]:
    chosen = select(VendorDocument).where(VendorDocument.vendor_id == vendor_id)
    return (await session.scalars(chosen.order_by(VendorDocument.id.desc()))).all()


async def worker_papers(
    session: AsyncSession, vendor_ids: Iterable[UUID]
) -> Sequence[tuple[VendorDocument, str]]:
    """Certificates that count, each with the masked name of whoever holds it."""
    rows = await session.execute(
        select(VendorDocument, VendorWorker.name_masked)
        .join(VendorWorker, VendorWorker.id == VendorDocument.worker_id)
        .where(
            VendorDocument.vendor_id.in_(list(vendor_ids)),
            VendorDocument.state == PaperState.VALID,
        )
        .order_by(VendorDocument.id)
    )
    return [(document, name) for document, name in rows]


async def workers(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorWorker]:
    chosen = select(VendorWorker).where(VendorWorker.vendor_id == vendor_id)
    return (await session.scalars(chosen.order_by(VendorWorker.id))).all()


async def reviews(session: AsyncSession, vendor_id: UUID) -> Sequence[VendorReview]:
    chosen = select(VendorReview).where(VendorReview.vendor_id == vendor_id)
    return (await session.scalars(chosen.order_by(VendorReview.id.desc()))).all()


async def review_page(
    session: AsyncSession, principal: Principal, *, is_open: bool, after: UUID | None, limit: int
) -> Sequence[VendorReview]:
    """Oldest first: whoever waits longest is looked at first."""
    chosen = _reviews(principal)
    if is_open:
        chosen = chosen.where(VendorReview.state.not_in(CLOSED))
    if after is not None:
        chosen = chosen.where(VendorReview.id > after)
    return (await session.scalars(chosen.order_by(VendorReview.id).limit(limit))).all()


async def review(session: AsyncSession, principal: Principal, review_id: UUID) -> VendorReview:
    """Raises NotFound."""
    found = await session.scalar(_reviews(principal).where(VendorReview.id == review_id))
    if found is None:
        raise NotFound
    return found


async def locked_review(
    session: AsyncSession, principal: Principal, review_id: UUID
) -> VendorReview:
    chosen = _reviews(principal).where(VendorReview.id == review_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def names(session: AsyncSession, vendor_ids: Iterable[UUID]) -> dict[UUID, str]:
    chosen = select(Vendor.id, Vendor.name).where(Vendor.id.in_(list(vendor_ids)))
    return {vendor_id: name for vendor_id, name in await session.execute(chosen)}


def _reviews(principal: Principal) -> Select[VendorReview]:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    return select(VendorReview).where(VendorReview.vendor_id.in_(visible))


def _serving(entry_key: str) -> Select[UUID]:
    return (
        select(VendorService.vendor_id)
        .join(DirectoryEntry, DirectoryEntry.id == VendorService.entry_id)
        .where(DirectoryEntry.key == entry_key)
    )
