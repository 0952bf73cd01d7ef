"""How smoothly a table with very many rows scrolls in Chromium."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.async_api import BrowserContext, Page

ROWS = 100_000
SECONDS = 5
SPEEDS = (1_000, 6_000, 40_000)
"""Pixels a second: reading along, looking for something, flinging."""
MOST_LONG = 0.05
"""The share of frames of more than 50 ms that still is smooth."""
_WATCH = """
(selector) => {
  const table = document.querySelector(selector);
  let frame = table.parentElement;
  while (!/auto|scroll/.test(getComputedStyle(frame).overflowY)) frame = frame.parentElement;
  const box = frame.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  window.frames_ = { at: [], empty: 0, from: frame.scrollTop, box: [x, y] };
  const look = (now) => {
    window.frames_.at.push(now);
    window.frames_.to = frame.scrollTop;
    if (document.elementFromPoint(x, y)?.closest(".room")) window.frames_.empty += 1;
    window.looking = requestAnimationFrame(look);
  };
  window.looking = requestAnimationFrame(look);
  return [x, y];
}
"""
_STOP = "() => { cancelAnimationFrame(window.looking); return window.frames_; }"
_MANY_TICKETS = """
(() => {
  const real = window.fetch.bind(window);
  let made = null;
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.pathname !== "/api/v1/tickets" || (init?.method ?? "GET") !== "GET") {
      return real(input, init);
    }
    const answer = await real(input, init);
    const page = await answer.json();
    made ??= JSON.stringify({ ...page, next: null, items: Array.from({ length: %d }, (_, n) => ({
      ...page.items[0], id: `row-${n}`, number: `2026-1126-${String(n).padStart(6, "0")}`,
    })) });
    return new Response(made, { headers: { "content-type": "application/json" } });
  };
})()
"""


@dataclass(frozen=True, slots=True)
class Scrolled:
    """Frames of one run; `long` and `empty` are shares, of those over 50 ms and without a row."""

    pixels: float
    a_second: float
    longest: float
    long: float
    empty: float


async def scroll(page: Page, table: str, speed: int) -> Scrolled:
    """By the wheel over the middle of the table, from where it is."""
    x, y = await page.evaluate(_WATCH, table)
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Input.synthesizeScrollGesture",
        {"x": x, "y": y, "yDistance": -speed * SECONDS, "speed": speed,
         "gestureSourceType": "mouse", "preventFling": True},
    )  # fmt: skip
    found: dict[str, Any] = await page.evaluate(_STOP)
    await session.detach()
    at = found["at"]
    took = [later - sooner for sooner, later in pairwise(at)]
    return Scrolled(
        found["to"] - found["from"],
        len(took) * 1000 / (at[-1] - at[0]),
        max(took),
        sum(one > 50 for one in took) / len(took),
        found["empty"] / len(at),
    )


async def scroll_tables(context: BrowserContext) -> bool:
    """Prints a row for each table and speed; whether all were smooth."""
    await _open_a_ticket(context)
    page = await context.new_page()
    await page.goto("/console/styleguide")
    is_smooth = await _at_all_speeds(page, "three columns", "table[aria-rowcount='100001']")
    await page.close()
    page = await context.new_page()
    await page.add_init_script(_MANY_TICKETS % ROWS)
    await page.goto("/console/tickets")
    is_smooth &= await _at_all_speeds(page, "tickets", "table[aria-rowcount='100001']")
    await page.close()
    return is_smooth


async def _at_all_speeds(page: Page, name: str, table: str) -> bool:
    await page.wait_for_selector(table, timeout=60_000)
    await page.wait_for_timeout(1_000)
    is_smooth = True
    for speed in SPEEDS:
        one = await scroll(page, table, speed)
        print(f"{name}, {ROWS:,} rows at {speed:,} pixels a second for {one.pixels:,.0f}: "
              f"{one.a_second:.0f} frames a second, longest {one.longest:.0f} ms, "
              f"{one.long:.1%} over 50 ms, {one.empty:.1%} without a row")  # fmt: skip
        is_smooth = is_smooth and one.long <= MOST_LONG and one.empty <= MOST_LONG
    return is_smooth


async def _open_a_ticket(context: BrowserContext) -> None:
    """What all rows are made of."""
    body = {"kind": "help", "title": "暖气不热", "description": "我家暖气不热，请尽快处理",
            "caller_number": "13800138000"}  # fmt: skip
    origin = {"Sec-Fetch-Site": "same-origin"}
    answer = await context.request.post("/api/v1/tickets", data=body, headers=origin)
    assert answer.ok, await answer.text()
