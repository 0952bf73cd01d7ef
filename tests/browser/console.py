"""The console in a browser: signing in, screens by name, what the checker of barriers finds."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.city import City

OpenConsole = Callable[[str], Awaitable[Page]]
SMALLEST = {"width": 1366, "height": 768}


@asynccontextmanager
async def consoles(chromium: Browser, city: City) -> AsyncIterator[OpenConsole]:
    """Signs accounts in at the smallest screen of an agent; an error of the page fails."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_it(username: str, **options: Any) -> Page:
        context = await chromium.new_context(
            base_url=city.url, locale="zh-CN", **{"viewport": SMALLEST, **options}
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note(message, complaints))
        await sign_in(page, username, _password(city, username))
        return page

    yield open_it
    for context in contexts:
        await context.close()
    assert complaints == []


async def sign_in(page: Page, username: str, password: str) -> None:
    await page.goto("/console/")
    await page.get_by_label("用户名").fill(username)
    await page.get_by_label("密码", exact=True).fill(password)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("button", name="账号菜单")).to_be_visible()


async def prefer(page: Page, *, theme: str, locale: str) -> None:
    """As chosen in the account's menu; it holds from the next screen on."""
    await page.evaluate(
        "([theme, locale]) => {"
        " localStorage.setItem('hotline.theme', JSON.stringify(theme));"
        " localStorage.setItem('hotline.locale', JSON.stringify(locale)); }",
        [theme, locale],
    )


_AT_REST = """
Promise.race([
  new Promise((enough) => setTimeout(enough, 2000)),
  Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => null))),
]).then(() => null)
"""
"""What is half faded in or out has a contrast that nobody is shown for longer than a moment."""


async def has_no_barriers(
    page: Page, where: str = "", themes: Sequence[str] = ("light", "dark")
) -> None:
    """Nothing that the checker of accessibility finds, by day and by night."""
    for theme in themes:
        await page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        await page.wait_for_timeout(150)
        await page.evaluate(_AT_REST)
        found = await Axe().run(page)
        assert found.violations_count == 0, f"{where} {theme}\n{found.generate_report()}"


def _password(city: City, username: str) -> str:
    logins = json.loads((city.settings.data_dir / "sample-accounts.json").read_text())
    return str(next(entry["password"] for entry in logins if entry["username"] == username))


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    """A refusal of the service is told on the page; everything else that is wrong is a fault."""
    if message.type == "error" and "Failed to load resource" not in message.text:
        complaints.append(message.text)
