"""Two browsers, one call: what is said on the phone appears on an agent's console."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import EAR
from tests.city import City

pytestmark = pytest.mark.browser


@pytest.fixture
async def desk(chromium: Browser, city: City) -> AsyncIterator[Page]:
    """The console of agent-1 at the smallest screen of an agent."""
    context = await chromium.new_context(
        base_url=city.url, locale="zh-CN", viewport={"width": 1366, "height": 768}
    )
    page = await context.new_page()
    await page.goto("/console/")
    logins = json.loads((city.settings.data_dir / "sample-accounts.json").read_text())
    password = next(entry["password"] for entry in logins if entry["username"] == "agent-1")
    await page.get_by_label("用户名").fill("agent-1")
    await page.get_by_label("密码", exact=True).fill(password)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_text("话务员1号")).to_be_visible()
    yield page
    await context.close()


async def test_a_call_from_the_phone_page_becomes_a_ticket_on_the_console(
    chromium: Browser, city: City, desk: Page
) -> None:
    caller = await chromium.new_context(base_url=city.url, locale="zh-CN")
    await caller.add_init_script(EAR)
    phone = await caller.new_page()
    await phone.goto("/phone")
    await phone.get_by_role("button", name="我家暖气不热，我在滨河街道").click()
    await expect(phone.get_by_text("已经登记，工单尾号").first).to_be_visible(timeout=20_000)
    await expect(desk.get_by_text("我家暖气不热，我在滨河街道").first).to_be_visible(timeout=2_000)
    await expect(desk.get_by_text("居民室内不热报修（海勃湾区）").first).to_be_visible()
    await expect(desk.get_by_text("海勃湾区").first).to_be_visible()
    await caller.close()
