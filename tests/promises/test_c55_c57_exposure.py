"""What leaks: logs, errors, inside pages; and how much one visitor may ask."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.logs import configure_logs
from hotline.settings import Settings
from hotline.web.envelope import Envelope
from hotline.web.quota import Quota, Rate
from hotline.web.visitor import networks_of, visitor_of
from tests.promises.conftest import STRANGER, Whole

SECRET = ("13947300455", "绿萝园12号楼3单元", "司徒画眉")
PROXIES = networks_of("10.0.0.5, 192.168.4.0/24")


async def test_c55_logs_at_debug_hold_no_number_no_word_no_query_and_no_token(
    whole: Whole, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("debug", as_json=True)
    phone = await whole.city.phone(caller=f"+86{SECRET[0]}").dial()
    await phone.say(f"我叫{SECRET[2]}，住{SECRET[1]}，暖气不热")
    await whole.city.client.get("/search", params={"q": SECRET[1]})
    wrong = {"username": "agent-3", "password": SECRET[0]}
    await whole.city.client.post("/api/v1/sessions", json=wrong)
    await phone.send(phone.provider.url("voice"), {"From": SECRET[0]}, signature="forged")
    await asyncio.sleep(0.2)
    structlog.get_logger().debug("probe.logged")
    told = capfd.readouterr().err
    assert "probe.logged" in told
    assert "telephony.refused" in told
    agent = await whole.of("agent-1")
    tokens = [value for value in agent.cookies.values() if value]
    assert [secret for secret in (*SECRET, *tokens) if secret in told] == []


async def _failing() -> None:
    raise LookupError(SECRET[1])


@pytest.mark.parametrize("as_json", [True, False])
async def test_c55_a_failure_is_logged_without_the_values_that_it_quotes(
    whole: Whole, capfd: pytest.CaptureFixture[str], as_json: bool
) -> None:
    configure_logs("debug", as_json=as_json)
    held = {"spoken": SECRET[1], "broken": "\0"}
    try:
        async with whole.database.transaction() as session:
            await session.execute(text("SELECT CAST(:spoken AS text), CAST(:broken AS text)"), held)
    except DBAPIError:
        structlog.get_logger().exception("telephony.turn_failed")
        logging.getLogger("some.library").exception("it failed")
    try:
        int(SECRET[0] + "号")
    except ValueError:
        structlog.get_logger().exception("job.failed")
        logging.getLogger("some.library").exception("it failed")
    task = asyncio.create_task(_failing())
    await asyncio.wait([task])
    asyncio.get_running_loop().default_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": task.exception(),
            "task": task,
        }
    )
    told = capfd.readouterr().err
    assert told.count("DBAPIError") >= 2
    assert told.count("ValueError") >= 2
    assert "LookupError" in told
    assert [secret for secret in SECRET if secret in told] == []


async def test_c56_a_bug_is_told_as_an_id_and_nothing_more() -> None:
    app = FastAPI()
    app.add_middleware(Envelope, is_https=False)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("SELECT secret FROM ticket")

    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_c56_inside_pages_are_not_there_for_the_world(whole: Whole, path: str) -> None:
    assert (await whole.city.client.get(path)).status_code == 200
    assert (await whole.stranger().get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/.env", "/.git/config"])
async def test_c56_there_is_no_debugging_page(whole: Whole, path: str) -> None:
    assert (await whole.city.client.get(path)).status_code == 404


async def test_c56_the_description_is_for_the_signed_in(whole: Whole) -> None:
    for path in ("/api/v1/openapi.json", "/api/docs"):
        assert (await whole.stranger().get(path)).status_code == 401


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("198.51.100.7", STRANGER, "198.51.100.7"),
        ("10.0.0.5", STRANGER, STRANGER),
        ("10.0.0.5", f"127.0.0.1, {STRANGER}", STRANGER),
        ("10.0.0.5", f"{STRANGER}, 192.168.4.9", STRANGER),
        ("10.0.0.5", "not an address", "10.0.0.5"),
        ("10.0.0.5", None, "10.0.0.5"),
        ("127.0.0.1", STRANGER, "127.0.0.1"),
    ],
)
def test_c57_only_a_listed_proxy_is_believed(
    peer: str, forwarded: str | None, visitor: str
) -> None:
    headers = [] if forwarded is None else [(b"X-Forwarded-For", forwarded.encode())]
    assert visitor_of(peer, headers, PROXIES) == visitor


async def test_c57_whoever_asks_too_often_is_429_and_others_are_served() -> None:
    async with _served(Quota(address=Rate(0.001, 3))) as client:
        codes = [(await _from(client, "203.0.113.1")).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        assert (await _from(client, "203.0.113.2")).status_code == 200
        last = await _from(client, "203.0.113.1")
        assert (last.json()["code"], last.headers["retry-after"]) == ("too_many_requests", "5")
        assert (await client.get("/")).status_code == 200


async def test_c57_a_session_and_the_whole_site_have_limits_too() -> None:
    cookie = {"cookie": "hotline_session=someone"}
    async with _served(Quota(session=Rate(0.001, 2))) as client:
        codes = [(await _from(client, f"203.0.113.{n}", **cookie)).status_code for n in range(3)]
        assert codes == [200, 200, 429]
    async with _served(Quota(site=Rate(0.001, 2))) as client:
        codes = [(await _from(client, f"203.0.113.{n}")).status_code for n in range(3)]
        assert codes == [200, 200, 429]


async def test_c57_who_opens_sockets_too_often_is_refused_before_they_open() -> None:
    """Each attempt asks the database whose token it is."""
    reached: list[str] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        reached.append("app")
        await send({"type": "websocket.accept"})

    envelope = Envelope(app, is_https=False, quota=Quota(address=Rate(0.001, 2)))
    told: list[str] = []

    async def send(message: Any) -> None:
        told.append(message["type"])

    for address in ("203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2"):
        scope = {"type": "websocket", "path": "/api/v1/socket", "headers": [], "scheme": "ws",
                 "client": (address, 1)}  # fmt: skip
        await envelope(scope, lambda: None, send)
    accepted, refused = "websocket.accept", "websocket.close"
    assert told == [accepted, accepted, refused, accepted]
    assert len(reached) == 3


def test_c57_a_bucket_fills_again() -> None:
    quota = Quota(address=Rate(1, 1))
    told = [quota.may_pass("a", None, now) for now in (0.0, 0.5, 1.2, 1.3)]
    assert told == [True, False, True, False]


async def test_c35_a_body_that_is_too_long_is_413_before_it_is_read(whole: Whole) -> None:
    agent = await whole.of("agent-1")
    answer = await agent.post("/api/v1/tickets", content=b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def _sent_in_parts() -> object:
    for _ in range(20):
        yield b" " * 100_000


async def test_c35_a_body_without_a_length_is_cut_off_too(whole: Whole) -> None:
    agent = await whole.of("agent-1")
    answer = await agent.post(
        "/api/v1/tickets", content=_sent_in_parts(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def _served(quota: Quota) -> httpx2.AsyncClient:
    async def fine(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    app = Envelope(fine, is_https=False, proxies=networks_of("127.0.0.1"), quota=quota)  # type: ignore[arg-type]
    transport = httpx2.ASGITransport(app)  # type: ignore[arg-type]
    return httpx2.AsyncClient(transport=transport, base_url="http://here")


async def _from(client: httpx2.AsyncClient, address: str, **headers: str) -> httpx2.Response:
    return await client.get("/", headers={"x-forwarded-for": address, **headers})


def test_c63_a_proxy_list_that_is_no_address_refuses_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="everybody"):
        Settings(data_dir=tmp_path, trusted_proxies="everybody")
