"""Sessions: their token, their cookie, their end."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from hotline import clock
from hotline.accounts import service
from hotline.accounts.models import AccountSession
from hotline.accounts.roles import Role
from hotline.realtime.upkeep import SWEEP_SECONDS
from tests.accounts.conftest import OTHER_PASSWORD, PASSWORD, Browser, Town, sign_in
from tests.promises.conftest import Whole

ME = "/api/v1/me"
HTTPS = "https://114.example.cn"


async def test_c10_a_session_token_is_long_hashed_and_new_at_every_sign_in(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    first = client.cookies["hotline_session"]
    await sign_in(client, "someone")
    second = client.cookies["hotline_session"]
    assert first != second
    assert min(len(first), len(second)) * 6 >= 128
    stolen = browser()
    stolen.cookies.set("hotline_session", first)
    assert (await stolen.get(ME)).status_code == 401
    async with town.database.transaction() as session:
        hashes = (await session.scalars(select(AccountSession.token_hash))).all()
    assert not {first.encode(), second.encode()} & set(hashes)
    assert {len(one) for one in hashes} == {32}


@pytest.mark.parametrize("what", ["password", "codes", "session"])
async def test_c10_whoever_gives_the_password_again_goes_on_with_a_new_token(
    town: Town, browser: Browser, what: str
) -> None:
    await town.account("someone", Role.AGENT)
    client, other = browser(), browser()
    await sign_in(other, "someone")
    await sign_in(client, "someone")
    old = browser()
    old.cookies.set("hotline_session", client.cookies["hotline_session"])
    assert (await client.post("/api/v1/me/totp", json={"password": "wrong"})).status_code == 422
    assert (await old.get(ME)).status_code == 200
    listed = (await client.get("/api/v1/sessions")).json()["items"]
    theirs, mine = (one["id"] for one in sorted(listed, key=lambda one: one["is_current"]))
    path, body = {
        "password": ("/me/password", {"current_password": PASSWORD,
                                      "new_password": OTHER_PASSWORD}),
        "codes": ("/me/totp", {"password": PASSWORD}),
        "session": (f"/sessions/{theirs}/end", {"password": PASSWORD}),
    }[what]  # fmt: skip
    assert (await client.post(f"/api/v1{path}", json=body)).is_success
    assert (await old.get(ME)).status_code == 401
    again = (await client.get("/api/v1/sessions")).json()["items"]
    assert [one["id"] for one in again if one["is_current"]] == [mine]


async def test_c10_a_new_token_cuts_no_socket_of_its_session(whole: Whole) -> None:
    agent = await whole.of("agent-4")
    assert (await agent.get("/api/v1/me/seat")).status_code == 200
    account_id = (await agent.get(ME)).json()["account_id"]
    client = await whole.city.signed_in("supervisor-city")
    phones = {
        "addresses": ["client:agent-4"], "password": whole.city.password_of("supervisor-city")
    }  # fmt: skip
    async with whole.city.console(client) as console:
        await asyncio.wait_for(console.recv(), 5)
        old = client.cookies["hotline_session"]
        changed = await client.put(f"/api/v1/agents/{account_id}/addresses", json=phones)
        assert changed.status_code == 204, changed.text
        assert client.cookies["hotline_session"] != old
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_read_on(console), SWEEP_SECONDS + 1)


@pytest.mark.parametrize(("public_url", "is_https"), [("", False), (HTTPS, True)])
async def test_c11_the_cookie_is_bound_to_its_host_and_hidden_from_scripts(
    town: Town, browser: Browser, public_url: str, is_https: bool
) -> None:
    await town.account("someone", Role.AGENT)
    cookie = (await sign_in(browser(public_url=public_url), "someone")).headers["set-cookie"]
    assert cookie.startswith("__Host-") is is_https
    assert ("; Secure" in cookie) is is_https
    assert "; HttpOnly" in cookie
    assert "; SameSite=strict" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("role", "idle"), [(Role.AGENT, 30), (Role.SYSTEM_ADMIN, 15), (Role.AUDIT_ADMIN, 15)]
)
async def test_c12_a_session_ends_by_idleness(
    town: Town, browser: Browser, role: Role, idle: int
) -> None:
    await town.account("someone", role)
    client, now = browser(), clock.now()
    await sign_in(client, "someone")
    with clock.stopped(now + timedelta(minutes=idle - 1)):
        assert (await client.get(ME)).status_code == 200
    with clock.stopped(now + timedelta(minutes=2 * idle)):
        assert (await client.get(ME)).status_code == 401


async def test_c12_a_session_ends_after_twelve_hours_however_busy(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client, now = browser(), clock.now()
    await sign_in(client, "someone")
    for minutes in range(20, 12 * 60, 20):
        with clock.stopped(now + timedelta(minutes=minutes)):
            assert (await client.get(ME)).status_code == 200
    with clock.stopped(now + timedelta(hours=12, seconds=1)):
        assert (await client.get(ME)).status_code == 401


async def test_c13_whoever_signs_out_is_out_of_http_and_of_the_socket_in_five_seconds(
    whole: Whole,
) -> None:
    client = await whole.city.signed_in("agent-6")
    async with whole.city.console(client) as console:
        await asyncio.wait_for(console.recv(), 5)
        assert (await client.delete("/api/v1/sessions/current")).status_code == 204
        assert (await client.get(ME)).status_code == 401
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(_read_on(console), 5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4001


async def _read_on(console: ClientConnection) -> None:
    while True:
        await console.recv()


@pytest.mark.parametrize("change", ["disabled", "role"])
async def test_c13_disabling_and_a_change_of_roles_end_every_session(
    town: Town, browser: Browser, change: str
) -> None:
    account = await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    async with town.database.transaction() as session:
        account = await session.merge(account)
        if change == "disabled":
            await service.disable_account(session, None, account)
        else:
            await service.revoke_role(session, None, account, Role.AGENT)
    assert (await client.get(ME)).status_code == 401


async def test_c14_one_sees_and_ends_own_sessions_and_the_administrator_anyones(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    await town.account("other", Role.AGENT)
    await town.account("keeper", Role.SECURITY_ADMIN)
    desk, phone, other, keeper = browser(), browser(), browser(), browser()
    for client, name in ((desk, "someone"), (phone, "someone"), (other, "other"),
                         (keeper, "keeper")):  # fmt: skip
        await sign_in(client, name)
    listed = (await desk.get("/api/v1/sessions")).json()["items"]
    assert [one["is_current"] for one in listed].count(True) == 1
    assert len(listed) == 2
    theirs = next(one["id"] for one in listed if not one["is_current"])
    assert await _end(other, theirs) == 404
    assert await _end(desk, theirs, password="wrong") == 422
    assert (await phone.get(ME)).status_code == 200
    assert await _end(desk, theirs) == 204
    assert (await phone.get(ME)).status_code == 401
    mine = next(one["id"] for one in listed if one["is_current"])
    assert await _end(keeper, mine) == 204
    assert (await desk.get(ME)).status_code == 401


async def _end(client: httpx2.AsyncClient, session_id: str, password: str = PASSWORD) -> int:
    path = f"/api/v1/sessions/{session_id}/end"
    return (await client.post(path, json={"password": password})).status_code
