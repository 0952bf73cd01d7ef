"""A first password is shown once and copied; another device goes by one's password."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.console import consoles, has_no_barriers, sign_in
from tests.city import City

pytestmark = pytest.mark.browser

OWN = "mountain-lamp-4-river"


async def test_somebody_new_gets_a_first_password_and_chooses_another(
    chromium: Browser, city: City
) -> None:
    async with consoles(chromium, city) as open_console:
        page = await open_console("admin-system")
        first = await _made(page, "browser-new", "新来的")
        await page.context.clear_cookies()
        await page.goto("/console/")
        await page.get_by_label("用户名").fill("browser-new")
        await page.get_by_label("密码", exact=True).fill(first)
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("heading", name="首次登录")).to_be_visible()
        await page.get_by_label("当前密码").fill(first)
        await page.get_by_label("新密码").fill(OWN)
        await page.get_by_role("button", name="修改密码").click()
        await expect(page.get_by_role("heading", name="首次登录")).to_be_hidden()
        await page.context.clear_cookies()
        await sign_in(page, "browser-new", OWN)


async def _made(page: Page, username: str, name: str) -> str:
    await page.goto("/console/accounts")
    await page.get_by_role("button", name="新建账号").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("密码")).to_have_count(0)
    await form.get_by_label("账号名").fill(username)
    await form.get_by_label("姓名").fill(name)
    await form.get_by_role("button", name="建立").click()
    shown = page.get_by_role("dialog", name=f"{name} 的初始密码")
    await has_no_barriers(page, "first password")
    password = await shown.get_by_role("textbox").input_value()
    await shown.get_by_role("button", name="我已交给本人").click()
    await expect(page.get_by_text(username)).to_be_visible()
    await expect(page.get_by_text(password)).to_have_count(0)
    return password


async def test_another_device_is_signed_out_by_one_s_password(
    chromium: Browser, city: City
) -> None:
    async with consoles(chromium, city) as open_console:
        other, page = await open_console("editor-2"), await open_console("editor-2")
        await page.get_by_role("button", name="账号菜单").click()
        await page.get_by_role("button", name="登录设备").click()
        devices = page.get_by_role("dialog", name="登录设备")
        end = devices.get_by_role("button", name="下线")
        await expect(end).to_be_disabled()
        password = devices.get_by_label("要让其他设备下线")
        await password.fill("not the password")
        await end.click()
        await expect(devices.get_by_role("alert")).to_have_text("密码不正确。")
        await has_no_barriers(page, "devices")
        await password.fill(city.password_of("editor-2"))
        await end.click()
        await expect(end).to_have_count(0)
        await expect(other.get_by_text("登录已失效")).to_be_visible(timeout=15_000)
        await page.reload()
        await expect(page.get_by_role("button", name="账号菜单")).to_be_visible()
