"""What supervisors do with numbers: from the wall to a row, files, two tiers, judging a talk."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.browser.console import OpenConsole, consoles
from tests.browser.filled import filled_city, filled_template
from tests.city import City

__all__ = ["filled_city", "filled_template"]
pytestmark = pytest.mark.browser

MOST_BYTES = 350_000
NOTE = "先复述地点，再给答复"


@pytest.fixture
async def open_console(chromium: Browser, filled_city: City) -> AsyncIterator[OpenConsole]:
    async with consoles(chromium, filled_city) as opening:
        yield opening


async def test_from_the_wallboard_to_a_row(open_console: OpenConsole) -> None:
    page = await open_console("supervisor-city")
    await page.goto("/console/wallboard")
    await page.get_by_role("link", name="今日受理").click()
    await expect(page.get_by_role("heading", name="受理量 · 走势")).to_be_visible()
    await page.get_by_role("button", name="查看明细").click()
    rows = page.get_by_role("dialog", name="受理量：明细")
    first = rows.get_by_role("link").first
    number = await first.inner_text()
    await first.click()
    await expect(page.get_by_role("main").get_by_text(number).first).to_be_visible()


async def test_an_export_opens_with_its_sheets(open_console: OpenConsole, tmp_path: Path) -> None:
    page = await open_console("supervisor-city")
    await page.goto("/console/stats")
    book = await _downloaded(page, "指标表（Excel）", tmp_path)
    assert book.sheetnames == ["比率指标", "数量与时长", "指标口径"]
    await page.goto("/console/stats/pivot")
    await page.get_by_label("行", exact=True).select_option(label="承办单位")
    await page.get_by_label("列", exact=True).select_option(label="渠道")
    await expect(page.get_by_role("button", name="电话")).to_be_visible()
    table = await _downloaded(page, "Excel", tmp_path)
    assert table.sheetnames == ["受理量", "指标口径"]
    shown = await page.locator("tbody tr").first.locator("td").first.inner_text()
    first = next(row for row in table["受理量"].iter_rows() if row[0].value == "承办单位")
    assert table["受理量"].cell(first[0].row + 1, 2).value == int(shown.replace(",", ""))


async def test_two_tiers_see_different_worlds(open_console: OpenConsole) -> None:
    for name in ("city", "wuda"):
        page = await open_console(f"supervisor-{name}")
        await page.goto("/console/stats/pivot")
        await expect(page.locator("tbody tr").first).to_be_visible()
        districts = await page.locator("tbody th").all_inner_texts()
        assert (len(districts) > 1) is (name == "city"), districts
    city = await open_console("supervisor-city")
    await city.goto("/console/tickets?district=海勃湾区")
    link = city.locator(".table td a").first
    await expect(link).to_be_visible()
    address = await link.get_attribute("href")
    wuda = await open_console("supervisor-wuda")
    await wuda.goto(str(address))
    await expect(wuda.get_by_text("看不到这张工单")).to_be_visible()


async def test_a_scorecard_changes_what_an_agent_sees(open_console: OpenConsole) -> None:
    page = await open_console("supervisor-city")
    await page.goto("/console/quality")
    talk = page.locator("button.talk").first
    name = await talk.locator("strong").inner_text()
    await talk.click()
    await page.get_by_label("辅导意见").fill(NOTE)
    await page.get_by_role("button", name="提交评分").click()
    await expect(page.get_by_text("评分已提交")).to_be_visible()
    number = int(name.removeprefix("话务员").removesuffix("号"))
    agent = await open_console(f"agent-{number}")
    await agent.goto("/console/quality")
    await expect(agent.get_by_text(NOTE)).to_be_visible()
    await agent.get_by_role("button", name="我已阅").first.click()
    await expect(agent.get_by_role("button", name="我已阅")).to_be_hidden()
    other = await open_console(f"agent-{3 - number if number < 3 else 1}")
    await other.goto("/console/quality")
    await expect(other.get_by_role("heading", name="评分记录")).to_be_visible()
    await expect(other.get_by_text(NOTE)).to_be_hidden()


async def test_a_forecast_says_how_wrong_it_was(open_console: OpenConsole) -> None:
    page = await open_console("supervisor-city")
    await page.goto("/console/staffing")
    await expect(page.get_by_text("天回测：全天误差")).to_be_visible()
    before = await page.locator("tbody tr").nth(20).inner_text()
    await page.get_by_label("话务增减").fill("1")
    await expect(page.locator("tbody tr").nth(20)).not_to_have_text(before)


async def test_whoever_types_gets_everywhere(open_console: OpenConsole) -> None:
    """The command palette, from the keyboard alone."""
    page = await open_console("supervisor-city")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("排班")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="排班预测")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("停暖")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(rf"/console/tickets\?q={quote('停暖')}$"))


async def test_a_long_table_draws_what_is_seen(open_console: OpenConsole) -> None:
    page = await open_console("supervisor-city")
    await page.goto("/console/styleguide")
    table = page.get_by_role("table", name="表格")
    await expect(table.get_by_text("示例事项 1", exact=True)).to_be_visible()
    assert await table.locator("tbody tr").count() < 80
    frame = page.get_by_role("group", name="表格")
    await frame.evaluate("frame => { frame.scrollTop = 50_000 * 34 }")
    await expect(table.get_by_text("示例事项 50001", exact=True)).to_be_visible()
    assert await table.locator("tbody tr").count() < 80
    await table.get_by_role("button", name="编号").click()
    await table.get_by_role("button", name="编号").click()
    await frame.evaluate("frame => { frame.scrollTop = 0 }")
    await expect(table.get_by_text("示例事项 100000", exact=True)).to_be_visible()


async def _downloaded(page: Page, link: str, folder: Path) -> openpyxl.Workbook:
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name=link, exact=True).click()
    file = folder / "file.xlsx"
    await (await waiting.value).save_as(file)
    return openpyxl.load_workbook(file)


async def test_little_is_loaded_before_the_first_screen(
    chromium: Browser, filled_city: City
) -> None:
    """All scripts up to the form that signs in, as they come over the wire."""
    page = await chromium.new_page(base_url=filled_city.url)
    scripts: list[Response] = []
    page.on("response", lambda one: scripts.append(one) if one.url.endswith(".js") else None)
    await page.goto("/console/")
    await expect(page.locator("input").first).to_be_visible()
    sizes = [len(gzip.compress(await one.body())) for one in scripts]
    await page.close()
    assert 20_000 < sum(sizes) <= MOST_BYTES
