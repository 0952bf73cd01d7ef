"""Offers by telephone: rung at most once, by text where nobody picks up, or later on request."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import Database
from hotline.dispatch import ring_vendor
from hotline.dispatch.answer_offer import By, accept_offer
from hotline.dispatch.models import Offer
from hotline.dispatch.ring_vendor import Ringer, may_bridge
from hotline.dispatch.states import OfferState, OrderState
from hotline.dispatch.vendor_files import may_ring_vendor
from hotline.dispatch.webhooks import _spoken
from hotline.jobs.models import Job
from hotline.organizations.models import HotlineNumber
from hotline.telephony.capabilities import CARRIER, Capabilities
from hotline.telephony.client import HostUnavailable, Placing
from hotline.telephony.provider import Provider
from tests.dispatch.conftest import later
from tests.dispatch.town import RESIDENT, Town, build_town

FIXED = "0473-000-4001"


@dataclass
class FakeHost:
    """The telephone network at its port."""

    is_down: bool = False
    able: Capabilities | None = None
    placed: list[Placing] = field(default_factory=list)
    provider: Provider = field(default_factory=lambda: Provider("AC1", "t", ("http://here",)))

    async def place_call(self, placing: Placing) -> str:
        if self.is_down:
            raise HostUnavailable
        self.placed.append(placing)
        return f"CA{len(self.placed)}"


@dataclass
class Street:
    database: Database
    host: FakeHost
    offer_id: UUID
    order_id: UUID
    vendor_id: UUID

    @property
    def ringer(self) -> Ringer:
        return Ringer(self.host, self.database)  # type: ignore[arg-type]

    async def offer(self) -> Offer:
        async with self.database.transaction() as session:
            return await session.get_one(Offer, self.offer_id)


@pytest.fixture
async def street(database: Database) -> Street:
    """One vendor with a fixed telephone, offered an order."""
    async with database.transaction() as session:
        town = await build_town(session)
        await number_of(session, town)
        vendor = await town.vendor(phone=FIXED)
        offer = await town.offered(await town.order())
        return Street(database, FakeHost(), offer.id, offer.order_id, vendor.id)


async def number_of(session: AsyncSession, town: Town) -> None:
    session.add(HotlineNumber(organization_id=town.city.id, number="+86473114", label="114"))
    await session.flush()


async def test_a_vendor_is_rung_once_however_often_the_job_runs(street: Street) -> None:
    for _ in range(3):
        await street.ringer.ring_offer(street.offer_id)
    (placed,) = street.host.placed
    assert placed.to == "+864730004001"
    assert placed.url == f"http://here/telephony/offer?offer={street.offer_id}"
    assert placed.status_url == f"http://here/telephony/offer-status?offer={street.offer_id}"
    assert (await street.offer()).call_sid == "CA1"


async def test_our_own_network_rings_a_fixed_telephone_as_the_directory_writes_it(
    street: Street,
) -> None:
    street.host.able = CARRIER
    await street.ringer.ring_offer(street.offer_id)
    assert [placed.to for placed in street.host.placed] == ["04730004001"]


async def test_a_vendor_that_answered_meanwhile_is_not_rung(street: Street) -> None:
    async with street.database.transaction() as session:
        await accept_offer(session, street.offer_id, by=By.LINK)
    await street.ringer.ring_offer(street.offer_id)
    assert street.host.placed == []


async def test_whoever_cannot_be_reached_at_all_is_passed_over_at_once(street: Street) -> None:
    street.host.is_down = True
    await street.ringer.ring_offer(street.offer_id)
    assert (await street.offer()).state == OfferState.FAILED


async def test_a_mobile_that_is_not_answered_gets_the_link(database: Database) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        vendor = await town.asked_by(await town.vendor(), "call")
        offer = await town.offered(await town.order())
        await ring_vendor.unreached(session, offer.id)
        assert offer.state == OfferState.OPEN
        assert offer.message_id is not None
        assert offer.vendor_id == vendor.id
        before = offer.message_id
        await ring_vendor.unreached(session, offer.id)
        assert offer.message_id == before


async def test_a_vendor_that_asks_for_a_moment_is_rung_again(street: Street) -> None:
    await street.ringer.ring_offer(street.offer_id)
    async with street.database.transaction() as session:
        await ring_vendor.ask_later(session, street.offer_id)
        (job,) = await session.scalars(
            select(Job).where(Job.kind == "dispatch.ring_vendor", Job.done_at.is_(None))
        )
        assert job.run_at == later(3)
    await street.ringer.ring_offer(street.offer_id)
    assert len(street.host.placed) == 2


async def test_the_hotline_connects_both_sides_without_telling_the_number(street: Street) -> None:
    async with street.database.transaction() as session:
        await accept_offer(session, street.offer_id, by=By.LINK)
    await street.ringer.bridge(street.order_id, street.vendor_id)
    (placed,) = street.host.placed
    assert placed.to == "+864730004001"
    assert RESIDENT not in f"{placed.url}{placed.status_url}"


async def test_only_the_vendor_that_holds_the_order_is_connected(street: Street) -> None:
    await street.ringer.bridge(street.order_id, street.vendor_id)
    assert street.host.placed == []


async def test_an_order_that_is_over_connects_nobody(town: Town) -> None:
    await town.vendor()
    order = await town.order()
    assert not may_bridge(order)
    offer = await town.offered(order)
    await accept_offer(town.session, offer.id, by=By.LINK)
    assert may_bridge(order)
    order.state = OrderState.RATED
    assert not may_bridge(order)
    await town.session.execute(text("SELECT 1"))


@pytest.mark.parametrize(
    ("number", "may"),
    [("0473-000-4001", True), ("+8613900000001", True), ("16812345678", False),
     ("+12025550123", False), ("047316812345", False)],
)  # fmt: skip
def test_which_numbers_of_vendors_are_rung(number: str, may: bool) -> None:
    assert may_ring_vendor(number) == may


@pytest.mark.parametrize(
    ("words", "key"),
    [("我接", "1"), ("好的", "1"), ("不接", "2"), ("我不接单", "2"), ("等一下", "3"), ("啥", "")],
)
def test_a_vendor_may_speak_instead_of_pressing(words: str, key: str) -> None:
    assert _spoken(words) == key
