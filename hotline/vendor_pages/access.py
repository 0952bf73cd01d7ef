"""What a token opens: an offer, an order, or the vendor's own pages once a code was given."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch.links import open_link
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.states import LinkPurpose
from hotline.errors import NotFound

Row = TypeVar("Row", WorkOrder, Offer)


class LinkOver(NotFound):
    """The link opens nothing, or not this, any more: answered with a page of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose page it is, what of theirs it may show, and under which path."""

    vendor: Vendor
    purpose: LinkPurpose
    path: str
    order: WorkOrder | None = None
    offer: Offer | None = None
    is_signed_in: bool = False


async def opened(session: AsyncSession, token: str, cookie: str | None = None) -> Opened:
    """Raises LinkOver for what is unknown, over, or not this vendor's any more."""
    link = await open_link(session, token)
    if link is None or link.purpose == LinkPurpose.SESSION:
        raise LinkOver
    purpose = LinkPurpose(link.purpose)
    order = await _fresh(session, WorkOrder, link.order_id)
    if purpose is LinkPurpose.ORDER and (order is None or order.vendor_id != link.vendor_id):
        raise LinkOver
    return Opened(
        vendor=await session.get_one(Vendor, link.vendor_id, populate_existing=True),
        purpose=purpose,
        path=f"/v/{token}",
        order=order,
        offer=await _fresh(session, Offer, link.offer_id),
        is_signed_in=await _is_signed_in(session, link.vendor_id, cookie),
    )


async def own_order(
    session: AsyncSession, token: str, cookie: str | None, order_id: UUID
) -> Opened:
    """One order from the vendor's own pages."""
    home = await _own(session, token, cookie)
    order = await _fresh(session, WorkOrder, order_id)
    if order is None or order.vendor_id != home.vendor.id:
        raise LinkOver
    path = f"{home.path}/orders/{order_id}"
    return Opened(home.vendor, LinkPurpose.ORDER, path, order=order, is_signed_in=True)


async def own_offer(
    session: AsyncSession, token: str, cookie: str | None, offer_id: UUID
) -> Opened:
    home = await _own(session, token, cookie)
    offer = await _fresh(session, Offer, offer_id)
    if offer is None or offer.vendor_id != home.vendor.id:
        raise LinkOver
    order = await _fresh(session, WorkOrder, offer.order_id)
    path = f"{home.path}/offers/{offer_id}"
    return Opened(home.vendor, LinkPurpose.OFFER, path, order=order, offer=offer, is_signed_in=True)


async def _own(session: AsyncSession, token: str, cookie: str | None) -> Opened:
    home = await opened(session, token, cookie)
    if home.purpose is not LinkPurpose.HOME or not home.is_signed_in:
        raise LinkOver
    return home


async def _is_signed_in(session: AsyncSession, vendor_id: UUID, cookie: str | None) -> bool:
    """A session is a token of its own, bound to the vendor like every other."""
    link = await open_link(session, cookie) if cookie else None
    return link is not None and (link.vendor_id, link.purpose) == (vendor_id, LinkPurpose.SESSION)


async def _fresh(session: AsyncSession, model: type[Row], row_id: UUID | None) -> Row | None:
    return None if row_id is None else await session.get(model, row_id, populate_existing=True)
