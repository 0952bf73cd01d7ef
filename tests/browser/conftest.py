"""A Chromium of the distribution, and the virtual phone open in it."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page, async_playwright

from hotline.carrier.phone_page import serve_phone_page
from tests.browser.fake_line import FakeLine, serve_fake_line

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-prefers-reduced-motion",  # what fades has, for a moment, too little contrast
]
OpenPage = Callable[..., Awaitable[Page]]

# Counts what would be spoken; the voices of a machine are no business of a test.
EAR = """
window.spoken = [];
speechSynthesis.speak = (utterance) => window.spoken.push([utterance.lang, utterance.text]);
window.played = [];
HTMLMediaElement.prototype.play = async function () { window.played.push(this.src); };
"""


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no Chromium here: install the package chromium to run the browser tests")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def line() -> FakeLine:
    return FakeLine()


@pytest.fixture
async def address(line: FakeLine) -> AsyncIterator[str]:
    is_up = asyncio.Event()

    @asynccontextmanager
    async def up(_app: FastAPI) -> AsyncIterator[None]:
        is_up.set()
        yield

    app = FastAPI(lifespan=up)
    serve_phone_page(app)
    serve_fake_line(app, line)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        running = asyncio.create_task(server.serve([listening]))
        await is_up.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


@pytest.fixture
async def open_page(chromium: Browser, address: str) -> AsyncIterator[OpenPage]:
    """Opens the phone; a message of the browser's console or an error fails the test."""
    contexts, complaints = [], []

    async def open_it(
        width: int = 1366, height: int = 768, *, before: str = "", **options: Any
    ) -> Page:
        context = await chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=width < 700, **options
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        await page.add_init_script(EAR + before)
        await page.goto(f"{address}/phone")
        return page

    yield open_it
    for context in contexts:
        await context.close()
    assert [text for text in complaints if "Failed to load resource" not in text] == []


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    return await open_page()
