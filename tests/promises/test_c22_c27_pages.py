"""What every page and answer carries, and what other pages may not do."""

import asyncio

import httpx2
import pytest
from sqlalchemy import text

from hotline.accounts.origins import is_own
from hotline.db import Database
from hotline.web.envelope import Envelope
from tests.promises.conftest import Whole
from tests.promises.matter import Matter

PAGES = ["/", "/search?q=供暖", "/console/", "/report", "/track", "/sunshine", "/api/v1/me",
         "/v/nothing", "/nowhere"]  # fmt: skip
_NOT_COUNTED = {"account_session", "job", "alembic_version", "audit_entry", "audit_link", "event"}


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site"}, {"origin": "http://127.0.0.1.evil.example"}],
)  # fmt: skip
async def test_c22_a_change_from_a_foreign_page_is_403(
    whole: Whole, headers: dict[str, str]
) -> None:
    agent = await whole.of("agent-1")
    answer = await agent.post("/api/v1/tickets", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_c22_reading_everything_changes_nothing(
    whole: Whole, matter: Matter, described: dict[str, dict[str, dict[str, object]]]
) -> None:
    """Once whoever looks has a seat, and what a fresh city does by itself is done."""
    client = await whole.of("supervisor-city")
    await client.get("/api/v1/me/seat")
    before = await _settled_counts(whole.database)
    for path, methods in described["paths"].items():
        filled = path.replace("{ticket_id}", matter.open_id)
        if "get" in methods and "{" not in filled:
            await client.get(filled)
    for page in PAGES:
        await whole.city.client.get(page)
    assert await _counts(whole.database) == before


async def _settled_counts(database: Database) -> dict[str, int]:
    async with asyncio.timeout(60):
        now = await _counts(database)
        while (later := await _later_counts(database)) != now:
            now = later
    return now


async def _later_counts(database: Database) -> dict[str, int]:
    await asyncio.sleep(3)
    return await _counts(database)


@pytest.mark.parametrize(
    "origin", ["null", "https://evil.example", "http://localhost.evil.example"]
)
async def test_c23_no_other_site_may_read(whole: Whole, origin: str) -> None:
    agent = await whole.of("agent-1")
    asked = {"origin": origin, "access-control-request-method": "GET"}
    for answer in (await agent.get("/api/v1/me", headers={"origin": origin}),
                   await agent.options("/api/v1/me", headers=asked)):  # fmt: skip
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert not is_own({"origin": origin, "host": "localhost:8114"}, "http://localhost:8114")


@pytest.mark.parametrize("page", PAGES)
async def test_c24_every_page_has_a_policy_without_inline_code(whole: Whole, page: str) -> None:
    answer = await whole.city.client.get(page)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'",
                 "frame-ancestors 'none'"):  # fmt: skip
        assert part in policy
    if answer.headers["content-type"].startswith("text/html"):
        for inline in ("<script>", " onclick=", " onload=", " style=", "javascript:"):
            assert inline not in answer.text, inline


@pytest.mark.parametrize("page", PAGES)
async def test_c25_every_answer_carries_the_headers(whole: Whole, page: str) -> None:
    headers = (await whole.city.client.get(page)).headers
    assert headers["x-content-type-options"] == "nosniff"
    # `same-origin` where a form of ours must be told from a foreign one; neither tells others.
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "camera=()" in headers["permissions-policy"]
    assert "server" not in headers or "uvicorn" in headers["server"]


@pytest.mark.parametrize("is_https", [True, False])
async def test_c25_hsts_is_sent_exactly_over_https(is_https: bool) -> None:
    async def empty(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    transport = httpx2.ASGITransport(Envelope(empty, is_https=is_https))  # type: ignore[arg-type]
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        headers = (await client.get("/")).headers
    wanted = "max-age=31536000; includeSubDomains"
    assert headers.get("strict-transport-security") == (wanted if is_https else None)


async def test_c26_what_is_for_the_signed_in_is_not_stored(whole: Whole) -> None:
    client = await whole.city.signed_in("agent-5")
    for path in ("/api/v1/me", "/api/v1/tickets", "/api/v1/calls", "/api/v1/nothing"):
        assert (await client.get(path)).headers["cache-control"] == "no-store"
    left = await client.delete("/api/v1/sessions/current")
    assert left.headers["clear-site-data"] == '"cache", "storage"'


async def _counts(database: Database) -> dict[str, int]:
    listing = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    async with database.transaction() as session:
        names = set((await session.scalars(text(listing))).all()) - _NOT_COUNTED
        return {
            name: await session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0
            for name in sorted(names)
            if not name.startswith(("event_", "stats_"))
        }
