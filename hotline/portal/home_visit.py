"""A vendor's visit to the home as the resident follows it: who comes, and the photo of the badge.

Whoever has number and code is whoever opens the door, so the whole name is told; once the order has
ended nobody's name is.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.order_notices import spoken_when
from hotline.dispatch.paper_files import shown_photo
from hotline.dispatch.queries import order_of_ticket
from hotline.dispatch.workers import comer, name_of
from hotline.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """Where the photo lies, and what its content is known by."""

    attachment_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Comer:
    """`photo` is a picture within the page itself, so that no address of it exists."""

    name: str
    badge: str
    photo_ref: PhotoRef | None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class HomeVisit:
    number: str
    service: str
    state: str
    when: str
    vendor: str | None
    comer: Comer | None


async def home_visit(session: AsyncSession, ticket: Ticket) -> HomeVisit | None:
    """None for a ticket without an order. Its photo is still to be fetched: `badge_photos`."""
    order = await order_of_ticket(session, ticket.id)
    if order is None:
        return None
    vendor = await session.get(Vendor, order.vendor_id) if order.vendor_id else None
    return HomeVisit(
        number=order.number,
        service=order.service,
        state=order.state,
        when=spoken_when(order),
        vendor=vendor.name if vendor else None,
        comer=await _comer(session, order),
    )


async def _comer(session: AsyncSession, order: WorkOrder) -> Comer | None:
    worker = await comer(session, order, clock.now())
    if worker is None:
        return None
    photo = await shown_photo(session, worker)
    ref = PhotoRef(photo.id, photo.digest) if photo else None
    return Comer(name_of(session, worker), worker.badge, ref)
