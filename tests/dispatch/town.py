"""A small city with one service and vendors for it; orders at any point of their life."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import uuid7
from hotline.directory.models import DirectoryEntry, Vendor, VendorService
from hotline.dispatch import cascade
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.open_order import Wishes, open_order
from hotline.dispatch.states import Consent, OfferState
from hotline.dispatch.vendor_files import file_of
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import TicketKind
from tests.tickets.city import City, build_city

UNBLOCK = "svc-unblock"
DISTRICT = "海勃湾区"
RESIDENT = "13800001111"
ADDRESS = "海勃湾区滨河街道阳光小区3号楼2单元502室"


@dataclass
class Town:
    """The city, its people, and its vendors in the order in which they were made."""

    session: AsyncSession
    city: City
    vendors: list[Vendor]

    async def hotline(self) -> Principal:
        return await self.city.hotline(self.session)

    async def vendor(self, **given: Any) -> Vendor:
        """With a mobile telephone, so that it is asked by link."""
        number = len(self.vendors) + 1
        values: dict[str, Any] = {
            "id": uuid7(),
            "city_id": self.city.id,
            "key": f"ven-{number:03d}",
            "position": number,
            "name": f"通达管道{number}号店",
            "category": "综合修理",
            "districts": [DISTRICT, "乌达区"],
            "phone": f"139000{number:05d}",
            "contact": "值班经理",
            "address": "海勃湾区甘德尔街1号",
            "lat": 39.66,
            "lon": 106.81,
            "hours": "Mo-Su 00:00-24:00",
            "capacity": 5,
            "grade": "A",
            "rating": 4.8,
            "price_list": [
                {"service_id": UNBLOCK, "unit": "次", "price_min": 80, "price_max": 200}
            ],
            "vetting": [
                {"document": name, "number": "样证1", "expires": "2036-12-31"}
                for name in ("营业执照", "身份核验", "责任保险")
            ],
            "deposit": 3000,
            "status": "active",
            "joined_on": date(2020, 1, 1),
        }
        vendor = Vendor(**(values | given))
        self.session.add(vendor)
        await self.session.flush()
        entry = await self.session.scalar(
            select(DirectoryEntry).where(
                DirectoryEntry.city_id == self.city.id, DirectoryEntry.key == UNBLOCK
            )
        )
        assert entry is not None
        self.session.add(VendorService(vendor_id=vendor.id, position=0, entry_id=entry.id))
        await self.session.flush()
        self.vendors.append(vendor)
        return vendor

    async def asked_by(self, vendor: Vendor, channel: str) -> Vendor:
        (await file_of(self.session, vendor)).channel = channel
        await self.session.flush()
        return vendor

    async def ticket(self, district: str = DISTRICT) -> UUID:
        ticket = await tickets.open_ticket(
            self.session,
            await self.hotline(),
            kind=TicketKind.SERVICE,
            title="管道疏通",
            description="厨房下水道堵了",
            district=district,
            entry_id=UNBLOCK,
            caller_number=RESIDENT,
            address=ADDRESS,
        )
        return ticket.id

    async def order(self, *, district: str = DISTRICT, **given: Any) -> WorkOrder:
        wishes = {"consent": Consent.GIVEN, "consent_how": "voice", "wanted_when": "明天上午"}
        return await open_order(
            self.session,
            await self.hotline(),
            await self.ticket(district),
            wishes=Wishes(**(wishes | given)),
        )

    async def offered(self, order: WorkOrder) -> Offer:
        """The order's next offer, made."""
        offer = await cascade.offer_next(self.session, order.id)
        assert offer is not None
        assert offer.state == OfferState.OPEN
        return offer


async def build_town(session: AsyncSession) -> Town:
    city = await build_city(session)
    session.add(
        DirectoryEntry(
            city_id=city.id, key=UNBLOCK, position=1, kind="convenience", category="综合修理",
            name="管道疏通", organization_id=None, tier="district", districts=[],
            summary="疏通下水道，80元起。", details="", procedure=[], documents=[], fee="",
            time_limit="", channels=[], forms=[], audience=[], keywords=[], urgency="normal",
            handoff="dispatch", updated_on=date(2026, 11, 1),
        )
    )  # fmt: skip
    await session.flush()
    return Town(session, city, [])
