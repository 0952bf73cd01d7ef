"""The virtual phone's looks: languages, colors, sizes, and what a checker of accessibility says."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.fake_line import FakeLine
from tests.browser.steps import dial, say

pytestmark = pytest.mark.browser

SIZES = [(360, 640), (390, 844), (820, 1180), (1366, 768)]


async def test_english_is_complete_and_remembered(page: Page, line: FakeLine) -> None:
    await page.click("#language")
    await page.reload()
    await page.click("#call")
    await expect(page.locator("#caption")).to_have_text("Speak or press a key, they are listening")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    chinese = await page.evaluate(
        """() => [...document.querySelectorAll("main :not([lang])")]
            .filter((it) => !it.closest("[lang='zh-CN']") && it.children.length === 0)
            .map((it) => it.textContent).filter((text) => /[\\u4e00-\\u9fff]/.test(text))"""
    )
    assert chinese == ["For a person, say “人工” or press 0."]


async def test_the_theme_can_be_turned_over(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(ground)
    await page.click("#theme")
    dark = await page.evaluate(ground)
    await page.reload()
    assert light != dark == await page.evaluate(ground)


async def stages(page: Page) -> AsyncIterator[str]:
    """Walks through a call and stops where the page looks different."""
    await page.evaluate("document.querySelector('details').open = true")
    yield "idle"
    await dial(page)
    await say(page, "我家暖气不热，我在滨河街道")
    await expect(page.locator(".hotline")).to_have_count(2)
    yield "live"
    await page.click("#keypad")
    yield "keypad"
    await page.click("#hang-up")
    await expect(page.locator("#again")).to_be_visible()
    yield "ended"


@pytest.mark.parametrize("size", [SIZES[0], SIZES[-1]])
async def test_axe_finds_nothing_by_day_and_by_night(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await open_page(*size, reduced_motion="reduce")
    for_each_stage = []
    async for stage in stages(page):
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            found = await Axe().run(page)
            for_each_stage += [(stage, scheme, it["id"]) for it in found.response["violations"]]
    assert for_each_stage == []


@pytest.mark.parametrize("size", SIZES)
async def test_targets_are_large_and_nothing_overflows(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await open_page(*size)
    async for stage in stages(page):
        small = await page.evaluate(
            """() => [...document.querySelectorAll("button, input, select, summary")]
                .filter((it) => it.checkVisibility())
                .map((it) => [it.id || it.textContent, it.getBoundingClientRect()])
                .filter(([, box]) => box.width < 47.5 || box.height < 47.5)
                .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
        )
        assert (stage, small) == (stage, [])
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if stage == "live":
            await expect(page.locator("#words")).to_be_in_viewport(ratio=1)
            await expect(page.locator("#hang-up")).to_be_in_viewport(ratio=1)
