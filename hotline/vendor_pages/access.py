"""What a token opens: an offer, an order, or the vendor's own pages once a code was given."""

from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch.links import asks_for_code, open_link
from hotline.dispatch.models import Offer, VendorLink, VendorPerson, WorkOrder
from hotline.dispatch.states import LinkPurpose
from hotline.dispatch.vendor_people import person_of
from hotline.errors import NotFound

Row = TypeVar("Row", WorkOrder, Offer)


class LinkOver(NotFound):
    """The link opens nothing, or not this, any more: answered with a page of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose page it is, what of theirs it may show, and under which path.

    `person` is who of the vendor signed in; None for whoever has the registered telephone.
    """

    vendor: Vendor
    purpose: LinkPurpose
    path: str
    order: WorkOrder | None = None
    offer: Offer | None = None
    is_signed_in: bool = False
    person: VendorPerson | None = None

    @property
    def person_name(self) -> str | None:
        return self.person.name_masked if self.person else None


async def opened(session: AsyncSession, token: str, cookie: str | None = None) -> Opened:
    """Raises LinkOver for what is unknown, over, or not this vendor's any more.

    An old link of an order shows what the own pages show to strangers: the question for a code.
    """
    link = await open_link(session, token)
    if link is None or link.purpose == LinkPurpose.SESSION:
        raise LinkOver
    purpose = LinkPurpose(link.purpose)
    seat = await _session_of(session, link.vendor_id, cookie)
    order = await _fresh(session, WorkOrder, link.order_id)
    if purpose is LinkPurpose.ORDER and (order is None or order.vendor_id != link.vendor_id):
        raise LinkOver
    vendor = await session.get_one(Vendor, link.vendor_id, populate_existing=True)
    if asks_for_code(link) and seat is None:
        return Opened(vendor, LinkPurpose.HOME, f"/v/{token}")
    return Opened(
        vendor=vendor,
        purpose=purpose,
        path=f"/v/{token}",
        order=order,
        offer=await _fresh(session, Offer, link.offer_id),
        is_signed_in=seat is not None,
        person=await person_of(session, link.vendor_id, seat.person_id) if seat else None,
    )


async def own_pages(session: AsyncSession, token: str, cookie: str | None) -> Opened:
    """The vendor's own, for whoever gave a code. Raises LinkOver."""
    home = await opened(session, token, cookie)
    if home.purpose is not LinkPurpose.HOME or not home.is_signed_in:
        raise LinkOver
    return home


async def own_order(
    session: AsyncSession, token: str, cookie: str | None, order_id: UUID
) -> Opened:
    """One order from the vendor's own pages."""
    home = await own_pages(session, token, cookie)
    order = await _fresh(session, WorkOrder, order_id)
    if order is None or order.vendor_id != home.vendor.id:
        raise LinkOver
    path = f"{home.path}/orders/{order_id}"
    return replace(home, purpose=LinkPurpose.ORDER, path=path, order=order)


async def own_offer(
    session: AsyncSession, token: str, cookie: str | None, offer_id: UUID
) -> Opened:
    home = await own_pages(session, token, cookie)
    offer = await _fresh(session, Offer, offer_id)
    if offer is None or offer.vendor_id != home.vendor.id:
        raise LinkOver
    order = await _fresh(session, WorkOrder, offer.order_id)
    path = f"{home.path}/offers/{offer_id}"
    return replace(home, purpose=LinkPurpose.OFFER, path=path, order=order, offer=offer)


async def _session_of(
    session: AsyncSession, vendor_id: UUID, cookie: str | None
) -> VendorLink | None:
    """A session is a token of its own, bound to the vendor like every other; whoever has left the
    vendor is signed out."""
    link = await open_link(session, cookie) if cookie else None
    if link is None or (link.vendor_id, link.purpose) != (vendor_id, LinkPurpose.SESSION):
        return None
    is_gone = link.person_id and await person_of(session, vendor_id, link.person_id) is None
    return None if is_gone else link


async def _fresh(session: AsyncSession, model: type[Row], row_id: UUID | None) -> Row | None:
    return None if row_id is None else await session.get(model, row_id, populate_existing=True)
