"""Two browsers: a caller on the virtual phone, an agent on the console; the whole of one talk."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import EAR
from tests.browser.console import OpenConsole, consoles, has_no_barriers
from tests.city import City

pytestmark = pytest.mark.browser

NO_SCROLLING = """() => document.scrollingElement.scrollHeight <= innerHeight
    && document.querySelector('#main').scrollHeight <= document.querySelector('#main').clientHeight
"""


@pytest.fixture
async def open_console(chromium: Browser, city: City) -> AsyncIterator[OpenConsole]:
    async with consoles(chromium, city) as opening:
        yield opening


@pytest.fixture
async def caller(chromium: Browser, city: City) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=city.url, locale="zh-CN")
    await context.add_init_script(EAR)
    page = await context.new_page()
    await page.goto("/phone")
    yield page
    await context.close()


async def test_an_agent_takes_a_call_talks_holds_and_wraps_up(
    open_console: OpenConsole, caller: Page
) -> None:
    desk = await open_console("agent-1")
    await _become_ready(desk)
    await _ask_for_a_person(caller)

    await expect(desk.get_by_role("button", name="接听")).to_be_focused(timeout=15_000)
    await desk.keyboard.press("Enter")
    speak = desk.get_by_label("对来电人说")
    await expect(speak).to_be_visible(timeout=15_000)
    await expect(desk.get_by_role("button", name="建立工单")).to_be_visible()
    assert await desk.evaluate(NO_SCROLLING)

    await _say(caller, "我家没有暖气")
    await expect(desk.get_by_text("我家没有暖气")).to_be_visible(timeout=10_000)
    await speak.fill("您好，我来帮您登记。")
    await speak.press("Enter")
    await expect(caller.get_by_text("您好，我来帮您登记。").first).to_be_visible(timeout=10_000)

    await _press(desk, "h")
    await expect(desk.get_by_text("保持中")).to_be_visible(timeout=10_000)
    await expect(caller.get_by_text("对方请您稍候").first).to_be_visible(timeout=10_000)
    await desk.reload()
    await expect(desk.get_by_text("保持中")).to_be_visible(timeout=10_000)
    await expect(desk.get_by_text("您好，我来帮您登记。")).to_be_visible()
    await _press(desk, "h")
    await expect(desk.get_by_text("保持中")).to_be_hidden(timeout=10_000)
    await has_no_barriers(desk)

    await _press(desk, "b")
    done = desk.get_by_role("button", name="完成", exact=True)
    await expect(done).to_be_visible(timeout=10_000)
    await done.click()
    await expect(desk.get_by_text("请选择办理结果")).to_be_visible()
    await desk.get_by_text("已答复").click()
    await done.click()
    await expect(done).to_be_hidden()
    await expect(desk.get_by_role("button", name="切换坐席状态")).to_contain_text("就绪")
    await expect(desk.get_by_text("实时工单")).to_be_visible()


async def test_an_agent_opens_a_ticket_asks_a_colleague_and_hands_the_call_over(
    open_console: OpenConsole, caller: Page
) -> None:
    desk, colleague = await open_console("agent-1"), await open_console("agent-2")
    await _become_ready(desk)
    await _ask_for_a_person(caller)
    await desk.get_by_role("button", name="接听").click(timeout=15_000)
    await expect(desk.get_by_label("对来电人说")).to_be_visible(timeout=15_000)

    await desk.keyboard.press("Alt+3")
    await expect(desk.get_by_label("诉求分类")).to_have_value("路灯故障")
    await desk.get_by_role("button", name="建立工单").click()
    await expect(desk.get_by_text("已建立")).to_be_visible(timeout=10_000)
    await expect(desk.get_by_role("link", name="打开工单").first).to_be_visible(timeout=10_000)

    await _become_ready(colleague)
    await _press(desk, "a")
    asked = desk.get_by_role("dialog", name="咨询")
    await expect(asked.get_by_text("话务员2号")).to_be_attached(timeout=10_000)
    await asked.get_by_label("就绪的坐席").select_option(index=1)
    await asked.get_by_role("button", name="开始咨询").click()
    await colleague.get_by_role("button", name="接听").click(timeout=15_000)
    await expect(colleague.get_by_label("对来电人说")).to_be_visible(timeout=15_000)
    await expect(desk.get_by_text("保持中")).to_be_visible(timeout=10_000)

    await desk.get_by_role("button", name="完成转接").click()
    await expect(desk.get_by_role("button", name="完成", exact=True)).to_be_visible(timeout=15_000)
    await _say(caller, "路灯坏了三天了")
    await expect(colleague.get_by_text("路灯坏了三天了")).to_be_visible(timeout=15_000)


async def test_a_declined_call_waits_in_the_line_and_can_be_taken_from_there(
    open_console: OpenConsole, caller: Page
) -> None:
    desk = await open_console("agent-1")
    await _become_ready(desk)
    await _ask_for_a_person(caller)
    await expect(desk.get_by_role("button", name="接听")).to_be_visible(timeout=15_000)
    await desk.keyboard.press("Escape")
    await expect(desk.get_by_role("button", name="接听")).to_be_hidden()
    await expect(desk.get_by_text("第 1 位")).to_be_visible()
    await desk.get_by_role("button", name="接起").click()
    await expect(desk.get_by_label("对来电人说")).to_be_visible(timeout=15_000)


async def test_a_supervisor_listens_whispers_and_sends_an_agent_on_a_break(
    open_console: OpenConsole, caller: Page
) -> None:
    desk = await open_console("agent-1")
    await _become_ready(desk)
    await _ask_for_a_person(caller)
    await desk.get_by_role("button", name="接听").click(timeout=15_000)
    await expect(desk.get_by_label("对来电人说")).to_be_visible(timeout=15_000)

    board = await open_console("supervisor-city")
    await board.get_by_role("link", name="实时监控").click()
    await board.get_by_role("button", name="监听").click()
    heard = board.get_by_role("log", name="督导话机")
    await expect(heard.get_by_text("正在接通…")).to_be_hidden(timeout=10_000)
    # Picked up is not yet in the room.
    await _until_heard(lambda: _say(caller, "路灯坏了"), heard.get_by_text("路灯坏了"))

    await board.get_by_role("button", name="密语").click()
    whisper = board.get_by_label("对坐席说")
    await expect(board.get_by_role("button", name="密语")).to_have_class("button primary")

    async def whispered() -> None:
        await whisper.fill("问清楚地点")
        await whisper.press("Enter")

    # The carrier changes who hears whom after the answer; nothing of it reaches the caller.
    await _until_heard(whispered, desk.get_by_text("问清楚地点"))
    assert "问清楚地点" not in await caller.locator("main").inner_text()

    await board.get_by_role("group", name="切换 话务员1号 的状态").get_by_text("小休").click()
    await has_no_barriers(board)
    await _press(desk, "b")
    await desk.get_by_text("已答复").click(timeout=10_000)
    await desk.get_by_role("button", name="完成", exact=True).click()
    await expect(desk.get_by_role("button", name="切换坐席状态")).to_contain_text("小休")


async def _become_ready(desk: Page) -> None:
    await desk.get_by_role("button", name="切换坐席状态").click()
    await desk.get_by_role("button", name="就绪").click()
    await expect(desk.get_by_role("button", name="切换坐席状态")).to_contain_text("就绪")


async def _ask_for_a_person(caller: Page) -> None:
    await caller.click("#call")
    await expect(caller.locator("#caption")).to_have_text(
        "请讲话或按键，对方在听", timeout=15_000
    )  # fmt: skip
    await _say(caller, "人工")


async def _say(page: Page, text: str) -> None:
    await page.fill("#words", text)
    await page.press("#words", "Enter")


async def _until_heard(speak: Callable[[], Awaitable[None]], heard: Locator) -> None:
    """What is said before a line stands is lost, as on any telephone: it is said again."""
    for _ in range(8):
        await speak()
        try:
            await expect(heard.first).to_be_visible(timeout=2_500)
        except AssertionError:
            continue
        return
    await expect(heard.first).to_be_visible()


async def _press(page: Page, key: str) -> None:
    """A shortcut, which is none while somebody types."""
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press(key)
