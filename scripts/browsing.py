"""This machine's Chromium at a console, for what measures screens."""

from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Playwright, ViewportSize

from scripts.prepare.browser import find_browser
from scripts.running_service import password_of

DESK: ViewportSize = {"width": 1366, "height": 768}


async def launched(playwright: Playwright) -> Browser:
    return await playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])


async def sign_in(context: BrowserContext, data_dir: Path, username: str) -> None:
    """As one of the sample city's people."""
    body = {"username": username, "password": password_of(data_dir, username)}
    answer = await context.request.post("/api/v1/sessions", data=body)
    assert answer.ok, await answer.text()
