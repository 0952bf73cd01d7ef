"""Every screen of the console, by day and by night, in Chinese and in English."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize

DESK: ViewportSize = {"width": 1366, "height": 768}
WALLS: dict[str, ViewportSize] = {
    "wallboard": {"width": 1920, "height": 1080},
    "wallboard-4k": {"width": 3840, "height": 2160},
}
LOOKS = tuple((locale, theme) for locale in ("zh-CN", "en") for theme in ("light", "dark"))
FIRST_TICKET = "first ticket"

# Who looks at what; a name ends where the address ends.
SCREENS: Mapping[str, Mapping[str, str]] = {
    "supervisor-city": {
        "desk": "/", "tickets": "/tickets", "ticket": FIRST_TICKET, "proxy": "/proxy",
        "dispatch": "/dispatch", "vendors": "/dispatch/vendors",
        "settlement": "/dispatch/settlement", "directory": "/directory", "live": "/live",
        "statistics": "/stats", "analysis": "/stats/pivot", "topics": "/stats/topics",
        "reports": "/stats/reports", "quality": "/quality", "staffing": "/staffing",
        "wallboard": "/wallboard", "wallboard-4k": "/wallboard", "texts": "/texts",
        "canned": "/canned", "rules": "/rules", "exports": "/exports", "styleguide": "/styleguide",
    },
    "editor-1": {"editing": "/editing", "gaps": "/gaps"},
    "admin-system": {"jobs": "/jobs", "accounts": "/accounts", "keys": "/keys"},
    "admin-audit": {"audit": "/audit"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Album:
    """Where the pictures are taken and kept; `best` go to the documentation by day in Chinese."""

    url: str
    data_dir: Path
    folder: Path
    images: Path
    best: Sequence[str]


async def fill_album(browser: Browser, album: Album) -> None:
    album.folder.mkdir(parents=True, exist_ok=True)
    for username, screens in SCREENS.items():
        page = await signed_in(browser, album.url, album.data_dir, username)
        for locale, theme in LOOKS:
            await _prefer(page, locale, theme)
            for name, path in screens.items():
                await _show(page, name, path)
                await _keep(page, album, name, f"{locale}-{theme}")
        await page.context.close()


async def signed_in(browser: Browser, url: str, data_dir: Path, username: str) -> Page:
    logins = json.loads((data_dir / "sample-accounts.json").read_text())
    password = next(entry["password"] for entry in logins if entry["username"] == username)
    context = await browser.new_context(
        base_url=url, locale="zh-CN", viewport=DESK, timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )  # fmt: skip
    page = await context.new_page()
    await page.goto("/console/")
    await page.get_by_label("用户名").fill(username)
    await page.get_by_label("密码", exact=True).fill(password)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_timeout(1500)
    return page


async def _prefer(page: Page, locale: str, theme: str) -> None:
    await page.evaluate(
        "([locale, theme]) => {"
        " localStorage.setItem('hotline.locale', JSON.stringify(locale));"
        " localStorage.setItem('hotline.theme', JSON.stringify(theme)); }",
        [locale, theme],
    )


async def _show(page: Page, name: str, path: str) -> None:
    await page.set_viewport_size(WALLS.get(name, DESK))
    await page.goto("/console" + ("/tickets" if path == FIRST_TICKET else path))
    await page.wait_for_load_state("networkidle")
    if path == FIRST_TICKET:
        await page.locator(".table td a").first.click()
        await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(400)


async def _keep(page: Page, album: Album, name: str, look: str) -> None:
    file = album.folder / f"{name}-{look}.png"
    await page.screenshot(path=file)
    print(file)
    if name in album.best and look == "zh-CN-light":
        (album.images / f"{name}.png").write_bytes(file.read_bytes())
    if name in album.best and look == "zh-CN-dark" and name == "statistics":
        (album.images / f"{name}-dark.png").write_bytes(file.read_bytes())
