"""What a visitor of the virtual phone does in most tests."""

from playwright.async_api import Page, expect


async def dial(page: Page) -> None:
    await page.click("#call")
    await expect(page.locator("body")).to_have_attribute("data-stage", "live")
    await expect(page.locator("#caption")).to_have_text("请讲话或按键，对方在听")


async def say(page: Page, text: str) -> None:
    await page.fill("#words", text)
    await page.press("#words", "Enter")
