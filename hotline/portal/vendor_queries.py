"""What residents have said of vendors, and which firms are on public notice."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.models import VendorReview, WorkOrder
from hotline.dispatch.states import ReviewState
from hotline.portal.catalog import OnNotice, Rated


async def ratings(session: AsyncSession, city_id: UUID) -> Mapping[str, Rated]:
    """By the vendor's key; only vendors that somebody has rated."""
    rows = await session.execute(
        select(Vendor.key, func.avg(WorkOrder.rating), func.count())
        .join(WorkOrder, WorkOrder.vendor_id == Vendor.id)
        .where(WorkOrder.city_id == city_id, WorkOrder.rating.is_not(None))
        .group_by(Vendor.key)
    )
    return {key: Rated(round(float(mean), 1), count) for key, mean, count in rows}


async def on_notice(session: AsyncSession, city_id: UUID, now: datetime) -> tuple[OnNotice, ...]:
    """Firms that apply and are shown to everybody before the city approves."""
    rows = await session.execute(
        select(Vendor, VendorReview.id, VendorReview.notice_until)
        .join(VendorReview, VendorReview.vendor_id == Vendor.id)
        .where(
            VendorReview.city_id == city_id,
            VendorReview.state == ReviewState.IN_NOTICE,
            VendorReview.notice_until > now,
        )
        .order_by(VendorReview.notice_until, Vendor.position)
    )
    return tuple(
        OnNotice(
            review_id=review_id,
            name=vendor.name,
            category=vendor.category,
            districts=tuple(vendor.districts),
            services=tuple(price["service_id"] for price in vendor.price_list),
            until=clock.local(until).date(),
        )
        for vendor, review_id, until in rows
        if until is not None
    )
