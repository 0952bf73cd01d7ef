"""A matter that the center carries for a resident, as its officer sees it half way."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

Keep = Callable[[Page, str], Awaitable[None]]
MATTERS = "/api/v1/proxy-matters"
_TOLD = {
    "entry_id": "svc-id-lost", "district": "海勃湾区", "person": "张小明",
    "phone": "13900000106", "way": "counter", "is_given": True,
}  # fmt: skip


async def photograph_proxy(url: str, *, desk: Page, keep: Keep) -> None:
    """`desk` is signed in and may carry matters."""

    async def ask(path: str, method: str = "POST", body: Any = None) -> Any:
        answer = await desk.request.fetch(
            f"{url}{MATTERS}{path}", method=method, data=body, headers={"Origin": url}
        )
        assert answer.ok, await answer.text()
        return await answer.json()

    matter = await ask("", body=_TOLD)
    own = f"/{matter['id']}"
    await ask(f"{own}/take")
    for paper in matter["papers"]:
        await ask(f"{own}/papers/{paper['id']}", "PUT", {"state": "received"})
    begun = await ask(f"{own}/begin")
    await ask(f"{own}/steps/{begun['steps'][0]['id']}/finish", body={"note": "已到派出所申报丢失"})
    await desk.goto(f"/console/proxy{own}")
    await desk.wait_for_timeout(1_000)
    await keep(desk, "proxy")
