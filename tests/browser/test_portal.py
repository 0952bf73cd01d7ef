"""The portal in Chromium: with and without scripts, large, dark, narrow; axe finds nothing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.city import City
from tests.portal.test_forms_and_faults import FORM, PDF, published_with_form
from tests.portal.test_track import Desk

pytestmark = pytest.mark.browser

PICTURE = Path(__file__).parents[2] / "hotline" / "portal" / "static" / "icon-192.png"
Visit = Callable[..., Awaitable[Page]]
PAGES = (
    "/", "/search?q=身份证丢了", "/search?q=家里着火了", "/services/svc-id-lost",
    "/services/svc-cv-drain", "/categories", "/departments", "/departments/org-hukou",
    "/districts/wuda", "/vendors", "/numbers", "/near", "/report", "/track", "/about", "/sunshine",
    "/announcements", "/services/svc-cv-drain/order", "/services/svc-id-lost/call-me",
    "/services/svc-id-lost/proxy", "/services/svc-id-lost/wrong", "/offline", "/nowhere",
)  # fmt: skip


@pytest.fixture
async def visit(chromium: Browser, city: City) -> AsyncIterator[Visit]:
    """Opens a page; a request to another site or a complaint of the console fails the test."""
    contexts, complaints = [], []

    def watch(address: str) -> None:
        if not address.startswith((city.url, "data:")):
            complaints.append(address)

    async def open_page(path: str, width: int = 1366, **options: Any) -> Page:
        context = await chromium.new_context(viewport={"width": width, "height": 768}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.on("request", lambda request: watch(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{city.url}{path}")
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []


@pytest.mark.parametrize(
    ("width", "display"),
    [(1366, ""), (390, "theme=dark"), (320, "lang=en"), (390, "size=large")],
)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Visit, width: int, display: str
) -> None:
    page = await visit(f"/portal/display?{display}&back=/", width)
    origin = page.url.rstrip("/")
    found, wide = [], []
    for path in PAGES:
        await page.goto(f"{origin}{path}")
        results = await Axe().run(page)
        found += [(path, each["id"]) for each in results.response["violations"]]
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
    assert found == []
    assert wide == []


async def test_without_scripts_search_leads_to_the_service(visit: Visit) -> None:
    page = await visit("/", java_script_enabled=False)
    await page.fill("#q", "身份证丢了")
    await page.press("#q", "Enter")
    await page.click(".best a, .rows a")
    await expect(page.locator("h1")).to_have_text("居民身份证丢失补领")
    await expect(page.locator(".papers").first).to_contain_text("居民户口簿")


async def test_without_scripts_a_report_is_made_and_followed(visit: Visit) -> None:
    page = await visit("/report", 390, java_script_enabled=False)
    await page.click("text=下一步")
    await expect(page.locator(".faults")).to_contain_text("请选一项您想做什么")
    await page.check("input[name=kind][value=help]")
    await page.fill("#text", "滨河街道路灯不亮，晚上看不见路")
    await page.click("text=下一步")
    await expect(page.locator("input[name=district]:checked")).to_have_value("海勃湾区")
    await page.fill("#place", "林荫小区门口")
    await page.click("text=下一步")
    await page.check("input[value=anonymous]")
    await page.click("text=提交")
    number, code = await page.locator(".receipt dd").all_inner_texts()
    await page.click("main a[href='/track']")
    await page.fill("#number", number)
    await page.fill("#code", code)
    await page.click("main button")
    await expect(page.locator(".best-name")).to_have_text("已经登记")


RIGHTLY = {"answer": "管道已经修好。", "resolved": True, "signed_off_by": "王主任",
           "contacted_at": "2026-11-25T08:00:00+08:00"}  # fmt: skip


async def answered(city: City, number: str) -> None:
    """The unit answers and the desk lets it pass."""
    desk = Desk(city)
    supervisor = await city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    unit = ticket["proposed"]["id"]
    await desk.move("agent-1", number, "send")
    await desk.move("supervisor-city", number, "dispatch", organization_id=unit)
    await desk.move("unit-heat-hn", number, "sign")
    await desk.move("unit-heat-hn", number, "reply", **RIGHTLY)
    await desk.move("supervisor-city", number, "accept_reply")


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_from_the_search_to_the_report_the_rating_and_the_reopening(
    visit: Visit, city: City, *, has_scripts: bool
) -> None:
    page = await visit("/", 390, java_script_enabled=has_scripts)
    await page.fill("#q", "海南区暖气不热")
    await page.press("#q", "Enter")
    await page.click(".best a, .rows a")
    await expect(page.locator("h1")).to_contain_text("不热")
    await page.goto(f"{city.url}/report")
    await page.check("input[name=kind][value=help]")
    await page.fill("#text", "海南区拉僧庙镇家里暖气不热，只有十四度")
    await page.click("text=下一步")
    await page.check("input[name=district][value=海南区]")
    await page.check("input[name=entry_id][value=svc-heat-repair-hn]")
    await page.fill("#place", "拉僧庙镇")
    await page.click("text=下一步")
    await page.fill("#q_temperature", "14")
    await page.fill("#phone", "13900001234")
    await page.set_input_files("#photos", PICTURE)
    await page.click("text=提交")
    number, code = await page.locator(".receipt dd").all_inner_texts()
    await answered(city, number)
    await page.goto(f"{city.url}/track")
    await page.fill("#number", number)
    await page.fill("#code", code)
    await page.click("main button")
    await expect(page.locator("main")).to_contain_text("管道已经修好")
    await page.check("input[name=resolved][value=yes]")
    await page.check("input[name=level][value='4']")
    await page.click("text=提交评价")
    await expect(page.locator(".told-well")).to_contain_text("谢谢您的评价")
    await page.fill("#reopen-note", "又不热了")
    await page.click("main button")
    await expect(page.locator(".told-well")).to_contain_text("重新办理")


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_from_the_search_to_the_service_and_its_form(
    visit: Visit, city: City, *, has_scripts: bool
) -> None:
    await published_with_form(city, PDF)
    page = await visit("/", 360, java_script_enabled=has_scripts)
    await page.fill("#q", "身份证丢了")
    await page.press("#q", "Enter")
    await page.click(".best a, .rows a")
    link = page.get_by_role("link", name=FORM)
    for _ in range(40):
        if await link.count():
            break
        await page.wait_for_timeout(100)
        await page.reload()
    async with page.expect_download() as fetching:
        await link.click()
    fetched = await fetching.value
    assert fetched.suggested_filename == f"{FORM}.pdf"
    stored = await fetched.path()
    assert await asyncio.to_thread(stored.read_bytes) == PDF


async def test_without_scripts_the_place_is_pointed_at_on_the_sketch(visit: Visit) -> None:
    page = await visit("/report", 320, java_script_enabled=False)
    await page.check("input[name=kind][value=help]")
    await page.fill("#text", "路灯不亮，晚上看不见路")
    await page.click("text=下一步")
    await page.locator("input[type=image]").click(position={"x": 55, "y": 225})
    await expect(page.locator("input[name=district]:checked")).to_have_value("乌达区")
    await expect(page.locator("#place")).to_have_value(re.compile("附近$"))


async def test_what_was_read_can_be_read_without_a_network(visit: Visit) -> None:
    page = await visit("/services/svc-id-lost")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_function("navigator.serviceWorker.controller !== null || true")
    await page.reload()
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("h1")).to_have_text("居民身份证丢失补领")
    await page.goto(page.url.replace("svc-id-lost", "svc-id-first"))
    await expect(page.locator("h1")).to_have_text("现在没有网络")
    await page.context.set_offline(False)


async def test_suggestions_follow_the_keys_and_lead_to_the_service(visit: Visit) -> None:
    page = await visit("/")
    await page.type("#q", "sfz", delay=30)
    options = page.locator("[role=option]")
    await expect(options.first).to_contain_text("身份证")
    await expect(page.locator("#q")).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(options.first).to_be_hidden()
    await page.type("#q", " ", delay=30)
    await expect(options.first).to_be_visible()
    await page.keyboard.press("ArrowDown")
    name = await options.first.inner_text()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text(name[:5])
    assert "/services/" in page.url


async def test_large_letters_and_dark_are_remembered_and_can_be_undone(visit: Visit) -> None:
    page = await visit("/numbers")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    ground = "getComputedStyle(document.body).backgroundColor"
    small, light = await page.evaluate(size), await page.evaluate(ground)
    await page.click("text=大字版")
    await page.click("text=深色")
    assert page.url.endswith("/numbers")
    assert await page.evaluate(size) >= 24
    assert await page.evaluate(ground) != light
    await page.click("text=标准字号")
    await page.click("text=浅色")
    assert (await page.evaluate(size), await page.evaluate(ground)) == (small, light)


async def test_the_keyboard_reaches_the_content_at_once(visit: Visit) -> None:
    page = await visit("/services/svc-id-lost")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_on_paper_there_is_the_service_and_no_navigation(visit: Visit) -> None:
    page = await visit("/services/svc-id-lost")
    await page.emulate_media(media="print")
    await expect(page.locator("nav").first).to_be_hidden()
    await expect(page.locator(".search")).to_have_count(0)
    await expect(page.locator(".steps")).to_be_visible()
