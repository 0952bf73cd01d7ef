"""Pictures of vendors at work, for `scripts/screenshots`: their pages on a small old phone, the
board of orders, a vendor's file. Makes a few orders in the sample city by day."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import Browser, Page

API = "/api/v1"
VENDOR_PHONE, RESIDENT = "+8613900008101", "+8613900008201"
DRAIN, DISTRICT = "svc-cv-drain", "海勃湾区"
ADDRESS = "海勃湾区滨河大道绿苑小区三号楼二单元502室"
Keep = Callable[[Page, str], Awaitable[None]]
Json = dict[str, Any]
_TAKEN: Json = {"move": "accept"}
_THERE: Json = {"move": "arrive"}
_AGREED: Json = {"move": "quote", "amount": 15_000}
_DONE: Json = {"move": "finish", "amount": 15_000}
_LIVES: tuple[tuple[Json, ...], ...] = (
    (),
    (_TAKEN,),
    (_TAKEN, {"move": "set_out"}),
    (_TAKEN, _THERE, _AGREED),
    (_TAKEN, _THERE, _AGREED, _DONE),
    (_TAKEN, _THERE, _AGREED, _DONE, {"move": "accept_work"}),
    (_TAKEN, _THERE, _AGREED, {"move": "dispute", "note": "居民说漏水没有修好"}),
)
_LINK = re.compile(r"/v/[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True, slots=True)
class City:
    client: httpx2.AsyncClient
    url: str

    async def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self.client.request(method, API + path, json=body)
        answer.raise_for_status()
        return answer.json()


async def photograph_vendors(
    browser: Browser, url: str, data_dir: Path, *, desk: Page, keep: Keep
) -> None:
    """`desk` is signed in and may see vendors."""
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        logins = json.loads((data_dir / "sample-accounts.json").read_text())
        password = next(one["password"] for one in logins if one["username"] == "supervisor-city")
        body = {"username": "supervisor-city", "password": password}
        (await client.post(f"{API}/sessions", json=body)).raise_for_status()
        city = City(client, url)
        vendor = await _vendor(city)
        known = await _links(city)
        await _order(city, vendor["id"], RESIDENT)
        context = await browser.new_context(
            base_url=url,
            locale="zh-CN",
            viewport={"width": 360, "height": 640},
            timezone_id="Asia/Shanghai",
        )
        await _work(city, await context.new_page(), keep, known)
        for number, moves in enumerate(_LIVES):
            wished = vendor["id"] if moves else None
            order = await _order(city, wished, f"+861390000820{number + 2}")
            await asyncio.sleep(2)  # until the offer is made
            await _lead(city, order["id"], vendor["id"], moves)
    await desk.goto("/console/dispatch/board")
    await desk.wait_for_timeout(1500)
    await keep(desk, "dispatch-board")
    await desk.goto("/console/dispatch/vendors")
    await desk.wait_for_timeout(1500)
    await desk.get_by_role("button", name=vendor["name"]).click()
    await desk.wait_for_timeout(1200)
    await keep(desk, "vendor-file")


async def _vendor(city: City) -> dict[str, Any]:
    """One that may be sent today, reached by a telephone whose messages can be read."""
    page = await city.send("GET", f"/vendors?service_id={DRAIN}&district={DISTRICT}&limit=500")
    vendor: dict[str, Any] = next(
        one for one in page["items"] if one["status"] == "active" and not one["lacking"]
    )
    file = await city.send("GET", f"/vendors/{vendor['id']}")
    reached = {"phone": VENDOR_PHONE, "channel": "sms_link", "hours": "24/7"}
    patch = {"version": file["version"], **reached}
    await city.send("PATCH", f"/vendors/{vendor['id']}", patch)
    return vendor


async def _lead(city: City, order_id: str, vendor_id: str, moves: tuple[Json, ...]) -> None:
    """Through the first moves of its life, as a desk tells them for a vendor."""
    for move in moves:
        order = await city.send("GET", f"/work-orders/{order_id}")
        whose = {"vendor_id": vendor_id} if move["move"] == "accept" else {}
        body = {**move, **whose, "version": order["version"]}
        await city.send("POST", f"/work-orders/{order_id}/moves", body)


async def _order(city: City, vendor_id: str | None, caller: str) -> Json:
    ticket = await city.send(
        "POST", "/tickets",
        {"kind": "service", "title": "管道疏通", "description": "厨房下水道堵了，水漫到地上",
         "district": DISTRICT, "entry_id": DRAIN, "address": ADDRESS, "caller_number": caller},
    )  # fmt: skip
    wanted = {"ticket_id": ticket["id"], "consent": "given", "wanted_when": "今天下午"}
    chosen = {"vendor_id": vendor_id} if vendor_id else {}
    order: Json = await city.send("POST", "/work-orders", wanted | chosen)
    return order


async def _work(city: City, page: Page, keep: Keep, known: set[str]) -> None:
    await page.goto(await _new_link(city, known))
    await keep(page, "vendor-offer")
    await page.locator("form[action$='/accept'] button").click()
    await page.locator("form[action$='/order'] button").click()
    await keep(page, "vendor-order")
    for _ in range(2):
        await page.locator("form[action$='/step'] button").first.click()
    await page.locator("#quote").fill("900")
    await page.locator("#quote-note").fill("主管道须更换")
    await keep(page, "vendor-quote-form")
    await page.locator("form[action$='/step'] button[type=submit]").first.click()
    await keep(page, "vendor-quote")


async def _new_link(city: City, known: set[str]) -> str:
    """The link of the vendor's next text message."""
    for _ in range(60):
        fresh = await _links(city) - known
        if fresh:
            return fresh.pop()
        await asyncio.sleep(1)
    raise SystemExit("服务商没有收到短信：夜间不发，请在白天拍照。")


async def _links(city: City) -> set[str]:
    answer = await city.client.get("/carrier/phone/messages", params={"address": VENDOR_PHONE})
    return {link for one in answer.json()["items"] for link in _LINK.findall(one["body"])}
