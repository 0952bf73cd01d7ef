"""One matter at the proxy desk: authorized, papers in and out, three units, a result."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.city import City

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Awaitable[Page]]
UNITS = ("乌海市住房和城乡建设局", "乌海市城市管理综合执法局", "海勃湾区住房和城乡建设局")


@pytest.fixture
async def sign_in(chromium: Browser, city: City) -> AsyncIterator[SignIn]:
    contexts = []
    logins = json.loads((city.settings.data_dir / "sample-accounts.json").read_text())
    passwords = {entry["username"]: entry["password"] for entry in logins}

    async def signed_in(username: str) -> Page:
        context = await chromium.new_context(
            base_url=city.url, locale="zh-CN", viewport={"width": 1366, "height": 768}
        )
        contexts.append(context)
        page = await context.new_page()
        await page.goto("/console/")
        await page.get_by_label("用户名").fill(username)
        await page.get_by_label("密码", exact=True).fill(passwords[username])
        await page.get_by_role("button", name="登录").click()
        await page.get_by_role("link", name="代办", exact=True).click()
        return page

    yield signed_in
    for context in contexts:
        await context.close()


async def test_one_matter_goes_through_the_desk_and_three_units(sign_in: SignIn) -> None:
    desk = await sign_in("agent-1")
    await _authorize(desk)
    await desk.get_by_role("button", name="由我代办").click()
    await _plan(desk)
    begin = desk.get_by_role("button", name="开始办理")
    await expect(begin).to_be_disabled()
    await desk.get_by_role("button", name=re.compile("^收到 ")).click()
    await begin.click()
    results = await Axe().run(desk)
    assert [each["id"] for each in results.response["violations"]] == []
    matter = desk.url
    for unit in ("unit-house", "unit-chengguan", "unit-house-hbw"):
        page = await sign_in(unit)
        await page.goto(matter)
        await page.get_by_label("办理情况").fill("已经核验")
        await page.get_by_role("button", name="办完这一步").click()
        await expect(page.get_by_text("这一步已办完")).to_be_visible()
    await desk.reload()
    await desk.get_by_role("button", name=re.compile("^退还 ")).click()
    await desk.get_by_role("button", name="登记结果").click()
    await desk.get_by_label("答复居民的话").fill("证件已领到，请查收。")
    await desk.get_by_role("dialog").get_by_role("button", name="办结").click()
    await expect(desk.get_by_text("已办完", exact=True).first).to_be_visible()
    await expect(desk.get_by_text("证件已领到")).to_be_visible()


async def _authorize(desk: Page) -> None:
    await desk.get_by_role("button", name="登记委托").click()
    form = desk.get_by_role("dialog")
    await form.get_by_label("要代办的事项").fill("居民身份证丢失补领")
    await form.get_by_role("option", name="居民身份证丢失补领").first.click()
    await form.get_by_label("委托人姓名").fill("张小明")
    await form.get_by_label("联系电话").fill("13900001234")
    await form.get_by_label("所在区").select_option("海勃湾区")
    await expect(form.get_by_text("可以随时撤回委托")).to_be_visible()
    await form.get_by_label("居民听清或读过以上内容").check()
    await form.get_by_role("button", name="登记委托").click()
    await expect(desk.get_by_text("张**").first).to_be_visible()


async def _plan(desk: Page) -> None:
    """Three steps of three units in the place of the directory's."""
    await desk.get_by_role("button", name="调整步骤").click()
    form = desk.get_by_role("dialog")
    while await form.get_by_role("group").count() > len(UNITS):
        await form.get_by_role("button", name="去掉第 1 步").click()
    for number, unit in enumerate(UNITS, start=1):
        step = form.get_by_role("group", name=f"第 {number} 步")
        await step.get_by_label("承办单位").fill(unit)
        await form.get_by_role("option", name=unit).first.click()
    await form.get_by_role("button", name="保存步骤").click()
    await expect(desk.get_by_text(UNITS[2]).first).to_be_visible()
