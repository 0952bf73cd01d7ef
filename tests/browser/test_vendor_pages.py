"""A vendor's pages in Chromium without scripts: every step is one button that really sends."""

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

from hotline.dispatch import actors
from hotline.dispatch.models import VendorFile
from hotline.dispatch.open_order import Wishes, order_service
from hotline.dispatch.states import Consent
from hotline.organizations.queries import cities
from tests.journeys.conftest import hall, shared_hall
from tests.journeys.vendor_steps import (
    DISTRICT,
    DRAIN,
    PHOTO,
    RESIDENT,
    moves_of,
    order_of,
    prepare,
    texted,
)
from tests.queueing.hall import Hall

__all__ = ["hall", "shared_hall"]
pytestmark = pytest.mark.browser

STEPS = ["accept", "set_out", "arrive", "quote", "finish"]


async def test_a_vendor_presses_its_way_from_the_offer_to_the_end_of_the_work(
    hall: Hall, chromium: Browser
) -> None:
    await offer_by_link(hall)
    context = await chromium.new_context(
        base_url=hall.city.url, viewport={"width": 360, "height": 640}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto((await texted(hall, "sms_offer_link"))["link"])
    await press(page, "接单")
    await expect(page.get_by_text("您已接单")).to_be_visible()
    await press(page, "查看派单")
    await expect_state(page, "已接单")
    await expect(page.get_by_role("link", name=RESIDENT.removeprefix("+86"))).to_be_visible()
    await press(page, "我出发了")
    await expect_state(page, "已出发")
    await press(page, "我到了")
    await expect_state(page, "已上门")
    price = str((await order_of(hall)).list_min_cents or 0).removesuffix("00")
    await page.get_by_label("总价").fill(price)
    await press(page, "提交报价")
    await expect_state(page, "服务中")
    photo = FilePayload(name="done.png", mimeType="image/png", buffer=PHOTO)
    await page.get_by_label("完工照片").set_input_files(photo)
    await press(page, "完工")
    await expect_state(page, "等居民验收")
    await context.close()
    assert [move for move in await moves_of(hall) if move in STEPS] == STEPS
    assert (await order_of(hall)).amount_cents == int(price) * 100


async def offer_by_link(hall: Hall) -> None:
    """An order whose resident wished for the vendor that is asked by a link."""
    address = await prepare(hall)
    async with hall.database.transaction() as session:
        city = (await cities(session))[0]
        by_link = select(VendorFile.vendor_id).where(VendorFile.channel == "sms_link")
        wishes = Wishes(
            caller_number=RESIDENT, address=address, consent=Consent.GIVEN, consent_how="voice",
            chosen_vendor_id=(await session.scalars(by_link)).one(),
        )  # fmt: skip
        hotline = await actors.machine(session, city.id)
        await order_service(session, hotline, entry_id=DRAIN, district=DISTRICT, wishes=wishes)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def expect_state(page: Page, state: str) -> None:
    await expect(page.locator(".state")).to_have_text(state)
