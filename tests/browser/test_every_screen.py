"""Every screen of the console, by day and by night, in Chinese and in English: no barriers."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.console import consoles, has_no_barriers, prefer
from tests.browser.filled import filled_city, filled_template
from tests.city import City

__all__ = ["filled_city", "filled_template"]
pytestmark = pytest.mark.browser

ROUTER = Path(__file__).parents[2] / "agents_ui" / "src" / "router.ts"
# Who looks at what; `*` is the first row of the screen before it.
SCREENS: dict[str, tuple[tuple[str, str], ...]] = {
    "supervisor-city": (
        ("desk", "/"), ("proxy", "/proxy"), ("tickets", "/tickets"), ("ticket", "*.table td a"),
        ("dispatch", "/dispatch"), ("dispatch", "/dispatch/vendors"), ("directory", "/directory"),
        ("live", "/live"), ("stats", "/stats"), ("stats", "/stats/pivot"),
        ("stats", "/stats/topics"), ("stats", "/stats/reports"), ("quality", "/quality"),
        ("staffing", "/staffing"), ("wallboard", "/wallboard"), ("texts", "/texts"),
        ("canned", "/canned"), ("rules", "/rules"), ("rules", "/rules/limits"),
        ("exports", "/exports"), ("consents", "/consents"), ("styleguide", "/styleguide"),
        ("missing", "/no-such-screen"),
    ),
    "editor-1": (("editing", "/editing"), ("gaps", "/gaps")),
    "admin-security": (("accounts", "/accounts"), ("retention", "/retention")),
    "admin-system": (("jobs", "/jobs"), ("keys", "/keys"), ("accounts", "/accounts"),),
    "admin-audit": (("audit", "/audit"),),
}  # fmt: skip
ELSEWHERE = {"sign-in", "draft", "reset"}  # the first is looked at below; the other needs a draft
# Colors are the same in every language.
THEMES = {"zh-CN": ("light", "dark"), "en": ("light",)}
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


def test_no_screen_is_left_out() -> None:
    named = set(re.findall(r'name: "([a-z-]+)"', ROUTER.read_text().partition("beforeEach")[0]))
    assert named == {name for screens in SCREENS.values() for name, _ in screens} | ELSEWHERE


@pytest.mark.parametrize("locale", THEMES)
@pytest.mark.parametrize("username", SCREENS)
async def test_no_screen_has_barriers(
    chromium: Browser, filled_city: City, username: str, locale: str
) -> None:
    async with consoles(chromium, filled_city) as open_console:
        page = await open_console(username)
        await prefer(page, theme="light", locale=locale)
        for name, path in SCREENS[username]:
            await _show(page, path)
            await has_no_barriers(page, f"{name} {locale}", THEMES[locale])
            assert not await page.evaluate(TOO_WIDE), f"{name} {locale} is wider than the screen"


async def test_the_way_in_has_no_barriers(chromium: Browser, filled_city: City) -> None:
    context = await chromium.new_context(base_url=filled_city.url, locale="zh-CN")
    page = await context.new_page()
    await page.goto("/console/sign-in")
    await expect(page.get_by_label("用户名")).to_be_visible()
    await has_no_barriers(page, "sign-in")
    await context.close()


async def _show(page: Page, path: str) -> None:
    """By its address, or by opening the first row of what is shown."""
    if path.startswith("*"):
        await page.locator(path.removeprefix("*")).first.click()
    else:
        await page.goto(f"/console{path}")
    await expect(page.locator("h1").first).to_be_attached()
    await page.wait_for_load_state("networkidle")
