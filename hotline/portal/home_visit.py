"""A vendor's visit to the home as the resident follows it: who comes, and the photo of the badge.

Whoever has number and code is whoever opens the door, so the whole name is told; once the order has
ended nobody's name is.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments.images import miniature
from hotline.attachments.keeping import Store
from hotline.directory.models import Vendor
from hotline.dispatch.models import VendorWorker, WorkOrder
from hotline.dispatch.order_notices import spoken_when
from hotline.dispatch.paper_files import photo_of
from hotline.dispatch.queries import ENDED, order_of_ticket
from hotline.dispatch.workers import fit_worker, name_of
from hotline.errors import HotlineError
from hotline.tickets.models import Ticket
from hotline.vault import SealBroken

_EDGE = 240
"""Pixels: twice what is shown, for sharp screens."""


@dataclass(frozen=True, slots=True)
class Comer:
    """`photo` is a picture within the page itself, so that no address of it exists."""

    name: str
    badge: str
    photo: str | None


@dataclass(frozen=True, slots=True)
class HomeVisit:
    number: str
    service: str
    state: str
    when: str
    vendor: str | None
    comer: Comer | None


async def home_visit(session: AsyncSession, ticket: Ticket, store: Store) -> HomeVisit | None:
    """None for a ticket without an order."""
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
        comer=None if order.state in ENDED else await _comer(session, order, store),
    )


async def _comer(session: AsyncSession, order: WorkOrder, store: Store) -> Comer | None:
    """Vouched for only while he may come: a paper may have run out since he was named."""
    if order.worker_id is None:
        return None
    try:
        worker = await fit_worker(session, order, order.worker_id, clock.now())
    except HotlineError:
        return None
    return Comer(name_of(session, worker), worker.badge, await _photo(session, worker, store))


async def _photo(session: AsyncSession, worker: VendorWorker, store: Store) -> str | None:
    """Without a photo, or one that cannot be had, name and badge still stand there."""
    try:
        _, content = await photo_of(session, worker, store)
        small = await asyncio.to_thread(miniature, content, _EDGE)
    except (HotlineError, OSError, SealBroken):
        return None
    return f"data:image/jpeg;base64,{b64encode(small).decode()}"
