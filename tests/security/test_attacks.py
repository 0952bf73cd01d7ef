"""What a stranger tries, and what somebody with an account of another district tries."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.promises.conftest import Whole
from tests.promises.matter import Matter

TICKETS = "/api/v1/tickets"
SURROGATE = "\\ud800"
_GAP = re.compile(r"\{([^}]+)\}")


@pytest.mark.parametrize(
    "path",
    [
        "/console/../../settings.py", "/console/..%2f..%2fsettings.py", "/console/%2e%2e/cli.py",
        "/console/assets/....//....//etc/passwd", "/console/assets/%00", "/console//etc/passwd",
        "/console/..\\..\\settings.py", "/api/docs/../../../pyproject.toml",
        "/static/%2e%2e/main.py",
        "/portal/static/..%2f..%2fsettings.py", "/v/..%2f..%2f..%2fetc%2fpasswd",
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_what_is_served(whole: Whole, path: str) -> None:
    status, body = await _raw(whole, f"GET {path} HTTP/1.1")
    assert status in (200, 307, 400, 404, 405)
    for secret in (b"root:", b"HOTLINE_", b"import ", b"[project]"):
        assert secret not in body


async def _raw(whole: Whole, request: str, *, more: bytes = b"") -> tuple[int, bytes]:
    """Without a client that would tidy the path."""
    reader, writer = await asyncio.open_connection("127.0.0.1", whole.city.settings.port)
    writer.write(f"{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode() + more)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000, '{"a":' * 100_000, "{" * 50_000, '{"title":' + "9" * 10_000 + "}",
        '{"title": 1e999}', '{"title": NaN}', "\ufeff{}", "\x00", '"', "{}" + "\x00" * 10,
        '{"title":"' + SURROGATE + '"}', "\udcff",
    ],
    ids=["arrays", "objects", "open", "digits", "infinite", "nan", "mark", "nul", "quote", "tail",
         "surrogate", "bytes"],
)  # fmt: skip
async def test_no_json_breaks_the_service(whole: Whole, body: str) -> None:
    agent = await whole.of("agent-1")
    answer = await agent.post(
        TICKETS, content=body.encode("utf-8", "surrogateescape"),
        headers={"content-type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("word", [SURROGATE, "\\u0000", "\\u202e", "\\uffff", "a\\u0301" * 50])
@pytest.mark.parametrize("field", ["title", "description", "address", "caller_number"])
async def test_no_character_breaks_the_service(whole: Whole, field: str, word: str) -> None:
    agent = await whole.of("agent-1")
    ticket = {"kind": "help", "title": "灯", "description": "灯", "district": "乌达区"}
    body = json.dumps(ticket | {field: "X"}).replace('"X"', f'"{word}"')
    headers = {"content-type": "application/json"}
    answer = await agent.post(TICKETS, content=body, headers=headers)
    assert answer.status_code in (201, 422), answer.text


@pytest.mark.parametrize("query", ["%ED%A0%80", "%00", "%FF%FE", "a" * 5000, "%F0%9F%92%A9" * 300])
async def test_no_query_breaks_a_page_or_a_list(whole: Whole, query: str) -> None:
    agent = await whole.of("agent-1")
    for path in (f"{TICKETS}?q=", "/api/v1/entries?q=", "/api/v1/entries/suggest?q=", "/search?q=",
                 f"{TICKETS}?district=", "/track?number="):  # fmt: skip
        assert (await agent.get(path + query)).status_code in (200, 404, 414, 422), path


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_form_of_another_page_is_no_json(whole: Whole, kind: str | None) -> None:
    """What browsers send across sites without asking is not read as JSON."""
    agent = await whole.of("agent-1")
    ticket = {"kind": "help", "title": "越站", "description": "x", "district": "乌达区"}
    headers = {"content-type": kind} if kind else {}
    answer = await agent.post(TICKETS, content=json.dumps(ticket), headers=headers)
    assert answer.status_code in (415, 422)


async def test_a_body_that_never_ends_is_cut_off(whole: Whole) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"a" * 64 * 1024

    agent = await whole.of("agent-1")
    headers = {"content-type": "application/json"}
    answer = await agent.post(TICKETS, content=endless(), headers=headers)
    assert answer.status_code == 413


async def test_slow_senders_hold_nobody_up(whole: Whole) -> None:
    """Two hundred that begin a body and never end it."""
    port = whole.city.settings.port
    head = (b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
            b"Content-Type: application/json\r\n\r\n{")  # fmt: skip
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
    for _, writer in slow:
        writer.write(head)
    began = perf_counter()
    assert (await whole.city.client.get("/healthz")).status_code == 200
    assert perf_counter() - began < 5
    for _, writer in slow:
        writer.close()


@pytest.mark.parametrize(
    "lengths",
    ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6",
     "Transfer-Encoding: chunked, identity", "Content-Length: +5"],
)  # fmt: skip
async def test_a_request_of_two_lengths_is_refused(whole: Whole, lengths: str) -> None:
    """Where a proxy and we could differ on where it ends, a second one could hide in it."""
    more = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    status, _ = await _raw(whole, f"POST /api/v1/sessions HTTP/1.1\r\n{lengths}", more=more)
    assert status == 400


async def test_a_form_of_many_parts_is_refused(whole: Whole, matter: Matter) -> None:
    agent = await whole.of("agent-1")
    files = [("file", (f"{n}.txt", b"x", "text/plain")) for n in range(1500)]
    answer = await agent.post(f"{TICKETS}/{matter.open_id}/attachments", files=files)
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize("ranges", ["bytes=0-,0-,0-", "bytes=" + ",".join(["0-0"] * 2000),
                                    "bytes=-1,999999-", "bytes=9-0"])  # fmt: skip
async def test_ranges_cost_nothing(whole: Whole, ranges: str) -> None:
    began = perf_counter()
    answer = await whole.city.client.get("/console/", headers={"range": ranges})
    assert answer.status_code in (200, 206, 400, 416)
    assert len(answer.content) < 1_000_000
    assert perf_counter() - began < 5


@pytest.mark.parametrize("path", ["/", "/search?q=灯", "/report", "/robots.txt", "/sitemap.xml"])
async def test_a_foreign_host_name_comes_back_nowhere(whole: Whole, path: str) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    answer = await whole.city.client.get(path, headers=headers)
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example",
                                "%0d%0aSet-Cookie:a=b"])  # fmt: skip
async def test_no_page_sends_people_elsewhere(whole: Whole, to: str) -> None:
    for path in ("/", "/search", "/report", "/track", "/console/", "/sso/begin", "/sso/return"):
        for name in ("next", "url", "redirect", "return", "to"):
            answer = await whole.city.client.get(f"{path}?{name}={to}")
            assert "evil.example" not in answer.headers.get("location", "")
            assert "a=b" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"), ("/search?q=a", "text/html; charset=utf-8"),
        ("/v/nothing", "text/html; charset=utf-8"), ("/robots.txt", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/announcements.atom", "application/atom+xml; charset=utf-8"),
        ("/open311/v2/services.xml", "text/xml; charset=utf-8"),
        ("/open311/v2/services.json", "application/json; charset=utf-8"),
        ("/api/v1/me", "application/problem+json"), ("/nowhere.js", "application/problem+json"),
        ("/healthz", "text/plain; charset=utf-8"),
    ],
)  # fmt: skip
async def test_every_answer_names_its_kind_and_its_characters(
    whole: Whole, path: str, kind: str
) -> None:
    """JSON has one encoding only; text and XML must say theirs."""
    answer = await whole.city.client.get(path)
    assert answer.headers["content-type"].lower() == kind
    assert answer.content


@pytest.mark.parametrize(
    "folder", ["/console/assets/", "/console/assets", "/portal/static/", "/static/", "/phone/js/"]
)
async def test_no_folder_is_listed(whole: Whole, folder: str) -> None:
    answer = await whole.city.client.get(folder, follow_redirects=True)
    for name in ('.js"', '.css">', "Index of", "Directory listing"):
        assert answer.status_code == 404 or name not in answer.text.partition("<body")[2]


async def test_methods_that_nobody_needs_are_refused(whole: Whole) -> None:
    for method in ("TRACE", "CONNECT", "PROPFIND", "DEBUG"):
        status, _ = await _raw(whole, f"{method} / HTTP/1.1")
        assert status in (400, 404, 405, 501)
    override = {"x-http-method-override": "DELETE"}
    agent = await whole.city.signed_in("agent-3")
    await agent.get("/api/v1/sessions/current", headers=override)
    assert (await agent.get("/api/v1/me")).status_code == 200
    await agent.aclose()


@pytest.mark.parametrize(
    "cookie",
    ["hotline_session=", "hotline_session=" + "a" * 6000, "hotline_session=\xff\xfe",
     "hotline_session=a; hotline_session=b", "=; ;;", "hotline_session=' OR 1=1 --"],
)  # fmt: skip
async def test_no_cookie_opens_or_breaks_anything(whole: Whole, cookie: str) -> None:
    headers = {"cookie": cookie.encode("latin-1")}
    async with httpx2.AsyncClient(base_url=whole.city.url, headers=headers) as client:
        assert (await client.get("/api/v1/me")).status_code in (400, 401, 431)


async def test_another_districts_ticket_is_404_in_every_operation(
    whole: Whole, matter: Matter, described: dict[str, Any]
) -> None:
    """Before the right, the state and the body are looked at."""
    stranger, wrong = await whole.of("supervisor-haibowan"), {}
    for path, methods in described["paths"].items():
        for method in set(methods) & {"get", "post", "put", "patch", "delete"}:
            if "{ticket_id}" not in path:
                continue
            filled = _GAP.sub(
                lambda gap: matter.foreign_id if gap[1] == "ticket_id" else str(uuid4()), path
            )
            answer = await stranger.request(method, filled, json={})
            if answer.status_code != 404:
                wrong[method, path] = answer.status_code
    assert wrong == {}
