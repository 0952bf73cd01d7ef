"""Under attack the forms of the portal let scripts work and people answer, and nobody is lost."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from hotline import clock
from hotline.portal.visit import Portal
from tests.city import City
from tests.portal.solving import answered

pytestmark = pytest.mark.browser

CALL = "/services/svc-id-lost/call-me"


async def storm(city: City) -> None:
    """As many forms as an attack sends, for some minutes."""
    await city.client.get("/track", headers={"Accept": "text/html"})
    portal: Portal = city.app.state.portal
    for _ in range(city.settings.gate_posts):
        portal.posts.use("", clock.now() + timedelta(minutes=5))


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_a_wish_to_be_called_gets_through_an_attack(
    chromium: Browser, city: City, *, has_scripts: bool
) -> None:
    await storm(city)
    context = await chromium.new_context(
        base_url=city.url, java_script_enabled=has_scripts, viewport={"width": 320, "height": 700}
    )
    page = await context.new_page()
    await page.goto(CALL)
    await page.fill("#phone", "13900001234")
    if has_scripts:
        await page.get_by_role("button", name="请给我回电").click()  # waits for its own work
    else:
        await _answer(page)
        await page.get_by_role("button", name="请给我回电").click()
    await expect(page.locator(".receipt dd").first).to_have_text(re.compile(r"^[\d-]+$"))
    await context.close()


async def test_the_question_has_no_barriers(chromium: Browser, city: City) -> None:
    await storm(city)
    page = await chromium.new_page(base_url=city.url)
    await page.goto("/track")
    await expect(page.get_by_role("status")).to_have_text("已经自动验证，不用答题。")
    await expect(page.locator("#gate")).to_be_hidden()
    found = (await Axe().run(page)).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    await page.close()


async def _answer(page: Page) -> None:
    given = answered(await page.content())
    await page.get_by_label(re.compile("等于几")).fill(given["gate_answer"])
