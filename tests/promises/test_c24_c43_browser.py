"""In a real Chromium: what people write runs nowhere, and no screen breaks the policy."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import chromium
from tests.browser.console import consoles
from tests.browser.filled import filled_city, filled_template
from tests.browser.test_every_screen import SCREENS
from tests.city import City

__all__ = ["chromium", "filled_city", "filled_template"]
pytestmark = pytest.mark.browser

_ACTS = ("alert(1)", "confirm(1)", "prompt(1)", "parent.ran=1", "top.ran=1")
_SHAPES = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    '"><svg/onload={}>',
    "<a href=javascript:{}>点</a>",
    '<iframe srcdoc="<script>{}</script>"></iframe>',
    "<details open ontoggle={}>",
    "'-{}-'${{{}}}{{{{{}}}}}",
    "</textarea></title><script>{}</script>",
)
PAYLOADS = tuple(shape.replace("{}", act) for shape in _SHAPES for act in _ACTS)
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.broken.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
RAN = "() => [window.ran, top.ran].filter(Boolean).length"
STORED = "() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage })"
PORTAL = ("/", "/search?q=供暖", "/report", "/track", "/sunshine", "/phone", "/v/nothing")
TICKETS = "/api/v1/tickets"


class Watch:
    """What a page did that it must not: dialogs, breaches of the policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialogs: list[str] = []
        page.on("dialog", self._dismiss)

    async def look(self, path: str) -> None:
        await self.page.goto(path)
        await expect(self.page.locator("h1, main").first).to_be_attached()
        await self.page.wait_for_load_state("networkidle")

    async def found(self) -> list[str]:
        broken: list[str] = await self.page.evaluate("() => window.broken")
        ran = await self.page.evaluate(RAN)
        return [*self.dialogs, *broken, *(["ran"] if ran else [])]

    async def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(f"dialog {dialog.message}")
        await dialog.dismiss()


def test_c43_there_are_forty_payloads() -> None:
    assert len(set(PAYLOADS)) == 40


@pytest.fixture(scope="module")
async def poisoned(filled_city: City) -> AsyncIterator[tuple[City, list[str]]]:
    """Every payload in a title, words, an address, a comment, a name of a file, a message."""
    agent = await filled_city.signed_in("agent-1")
    ids = [await _poison(agent, payload) for payload in PAYLOADS]
    phone = filled_city.phone(caller="+8613947300991")
    for number, payload in enumerate(PAYLOADS):
        fields = {"To": "+86473114", "From": phone.caller, "Body": payload,
                  "MessageSid": f"SM{number:032x}"}  # fmt: skip
        phone.sid = f"CA{number:032x}"
        await phone.send(phone.provider.url("sms"), fields)
    call = await filled_city.phone(caller="+8613947300992").dial()
    await call.say(PAYLOADS[0])
    yield filled_city, ids
    await agent.aclose()


async def _poison(agent: httpx2.AsyncClient, payload: str) -> str:
    ticket = {"kind": "help", "title": payload, "description": payload, "address": payload,
              "district": "海勃湾区"}  # fmt: skip
    made = await agent.post(TICKETS, json=ticket)
    assert made.status_code == 201, made.text
    path = f"{TICKETS}/{made.json()['id']}"
    assert (await agent.post(f"{path}/comments", json={"text": payload})).status_code < 300
    file = {"file": (f"{payload[:60]}.txt", "文字".encode(), "text/plain")}
    await agent.post(f"{path}/attachments", files=file)
    return str(made.json()["id"])


async def test_c43_forty_payloads_run_on_no_screen_of_the_console(
    chromium: Browser, poisoned: tuple[City, list[str]]
) -> None:
    city, ids = poisoned
    async with consoles(chromium, city) as open_console:
        page = await open_console("supervisor-city")
        await page.add_init_script(WATCH)
        watch, found = Watch(page), {}
        for path in ("/", "/tickets", "/live", "/stats/topics", "/dispatch", "/quality",
                     *(f"/tickets/{one}" for one in ids[::2])):  # fmt: skip
            await watch.look(f"/console{path}")
            found[path] = await watch.found()
        await watch.look("/console/tickets")
        assert await page.get_by_text("<script>alert(1)</script>").count() > 0
    assert {path: bad for path, bad in found.items() if bad} == {}


async def test_c43_payloads_run_on_no_page_of_the_portal(
    chromium: Browser, poisoned: tuple[City, list[str]]
) -> None:
    city, _ = poisoned
    context = await chromium.new_context(base_url=city.url)
    page = await context.new_page()
    await page.add_init_script(WATCH)
    watch, found = Watch(page), {}
    for payload in PAYLOADS[::3]:
        query = httpx2.QueryParams({"q": payload})
        await watch.look(f"/search?{query}")
        found[payload] = await watch.found()
    await context.close()
    assert {payload: bad for payload, bad in found.items() if bad} == {}


def _addresses(screens: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"/console{path}" for _, path in screens if not path.startswith("*"))


async def test_c24_no_screen_and_no_page_breaks_the_policy(
    chromium: Browser, filled_city: City
) -> None:
    found: dict[str, list[str]] = {}
    async with consoles(chromium, filled_city) as open_console:
        for username, screens in SCREENS.items():
            page = await open_console(username)
            await page.add_init_script(WATCH)
            watch = Watch(page)
            for path in _addresses(screens) + (PORTAL if username == "editor-1" else ()):
                await watch.look(path)
                found[f"{username} {path}"] = await watch.found()
    assert len(found) > 20
    assert {path: bad for path, bad in found.items() if bad} == {}


async def test_c26_what_an_agent_writes_lies_in_no_store_of_the_browser(
    chromium: Browser, filled_city: City
) -> None:
    """It outlives a reload all the same, and goes with the sign-out."""
    words = "欧阳鹭鸶住翡翠小区77号楼"
    async with consoles(chromium, filled_city) as open_console:
        page = await open_console("agent-2")
        await page.goto("/console/tickets")
        await page.locator(".table td a").first.click()
        box = page.locator("textarea").first
        await box.fill(words)
        await page.wait_for_timeout(800)
        kept = await page.evaluate(STORED)
        assert "hotline.drafts" in kept
        assert words not in kept
        assert words.encode("unicode_escape").decode() not in kept
        await page.reload()
        await expect(page.locator("textarea").first).to_have_value(words)
        await page.get_by_role("button", name="账号菜单").click()
        await page.get_by_text("退出登录").click()
        await expect(page.get_by_label("用户名")).to_be_visible()
        assert "hotline.drafts" not in await page.evaluate(STORED)


async def test_c24_the_watch_sees_a_breach(chromium: Browser, filled_city: City) -> None:
    """Else the tests above could not fail."""
    context = await chromium.new_context(base_url=filled_city.url)
    page = await context.new_page()
    await page.add_init_script(WATCH)
    watch = Watch(page)
    await watch.look("/")
    await page.evaluate(
        "() => { const one = document.createElement('script');"
        " one.textContent = 'top.ran = 1'; document.body.append(one); }"
    )
    await page.wait_for_timeout(300)
    assert any(one.startswith("script-src") for one in await watch.found())
    await context.close()
