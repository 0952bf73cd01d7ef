"""Canned texts at the desk: a digit fills a whole ticket, a key in the words becomes words."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.console import consoles
from tests.city import City

pytestmark = pytest.mark.browser


COLD = "来电人反映家中停热或室温不达标，要求供热单位尽快上门测温、排查。"
DARK = "来电人反映路灯不亮，影响夜间出行，要求维修。"


async def test_a_macro_and_a_key_write_a_ticket(chromium: Browser, city: City) -> None:
    async with consoles(chromium, city) as open_console:
        page = await open_console("agent-1")
        await page.keyboard.press("n")
        form = page.get_by_role("dialog")
        words = form.get_by_label("诉求内容")
        await expect(form.get_by_role("button", name="常用语")).to_be_visible()
        await page.keyboard.press("Alt+1")
        await expect(words).to_have_value(COLD)
        await expect(form.get_by_label("诉求类型")).to_have_value("complaint")
        await expect(form.get_by_label("紧急程度")).to_have_value("urgent")
        await expect(form.get_by_label("诉求分类")).to_have_value("室内温度不达标")
        await expect(words).to_be_focused()
        await page.keyboard.type(" /ld ")
        await expect(words).to_have_value(f"{COLD} {DARK}")
        await form.get_by_role("button", name="建立工单").click()
        await page.get_by_role("button", name="查看工单").click()
        await _remark(page)


async def _remark(page: Page) -> None:
    """On the ticket: chosen by its name from the list."""
    await page.get_by_role("button", name="常用语").click()
    await page.get_by_role("combobox", name="选一条常用语").fill("未接通")
    await page.keyboard.press("Enter")
    written = page.get_by_placeholder("写下进展或要交代的事")
    await expect(written).to_have_value("电话联系诉求人未接通，稍后再联系。")
