"""Signing in: cookies, lock-outs, sessions that end."""

import asyncio
import time
from datetime import timedelta
from uuid import UUID

import argon2
import pytest
from sqlalchemy import select

from hotline import clock
from hotline.accounts import hashing
from hotline.accounts.models import Account, AccountSession, SignInFailure
from hotline.accounts.roles import Role
from hotline.accounts.sessions import still_open
from hotline.accounts.sign_in import MOST_OF_ADDRESS
from hotline.audit.models import AuditEntry
from tests.accounts.conftest import OTHER_PASSWORD, PASSWORD, Browser, Town, sign_in


async def test_signing_in_tells_who_one_is(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT, at="north")
    client = browser()
    answer = await sign_in(client, "agent-1")
    assert answer.status_code == 201
    me = answer.json()
    assert me["organization"]["district"] == "北区"
    assert [role["role"] for role in me["roles"]] == ["agent"]
    assert {"calls:read", "tickets:write", "presence:set"} <= set(me["scopes"])
    assert (await client.get("/api/v1/me")).json() == me


@pytest.mark.parametrize(
    ("public_url", "name", "is_secure"),
    [("", "hotline_session", False), ("https://114.example.cn", "__Host-hotline_session", True)],
)
async def test_the_cookie_is_bound_to_the_host_exactly_over_https(
    town: Town, browser: Browser, public_url: str, name: str, is_secure: bool
) -> None:
    await town.account("agent-1", Role.AGENT)
    answer = await sign_in(browser(public_url=public_url), "agent-1")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie) is is_secure
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_nobody_is_401_on_every_operation(browser: Browser) -> None:
    client = browser()
    for path in ("me", "sessions", "organizations", "entries", "subjects", "accounts"):
        answer = await client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
    client.cookies.set("hotline_session", "made-up")
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_missing_scope_is_403(town: Town, browser: Browser) -> None:
    await town.account("auditor", Role.AUDIT_ADMIN)
    client = browser()
    await sign_in(client, "auditor")
    answer = await client.get("/api/v1/entries")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_the_sixth_failure_locks_the_account_known_or_not(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    for username in ("agent-1", "nobody-here"):
        answers = [await sign_in(browser(), username, password="wrong") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
        assert answers[0].json()["code"] == "bad_credentials"
        assert answers[5].json()["code"] == "too_many_attempts"
    assert (await sign_in(browser(), "agent-1")).status_code == 429


async def test_five_failures_do_not_lock_and_success_forgets_them(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    for _ in range(2):
        for _ in range(5):
            await sign_in(browser(), "agent-1", password="wrong")
        assert (await sign_in(browser(), "agent-1")).status_code == 201


async def test_a_lock_ends_by_itself(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    start = clock.now()
    with clock.stopped(start):
        for _ in range(8):
            await sign_in(browser(), "agent-1", password="wrong")
    with clock.stopped(start + timedelta(minutes=29)):
        assert (await sign_in(browser(), "agent-1")).status_code == 429
    with clock.stopped(start + timedelta(minutes=30, seconds=1)):
        assert (await sign_in(browser(), "agent-1")).status_code == 201


async def test_guesses_side_by_side_are_counted_one_by_one(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    guesses = [sign_in(browser(), "agent-1", password=f"wrong-{n}") for n in range(12)]
    codes = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(codes) == [401] * 5 + [429] * 7
    assert (await sign_in(browser(), "agent-1")).status_code == 429


async def test_many_failures_from_one_address_lock_it_alone(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    async with town.database.transaction() as session:
        for number in range(MOST_OF_ADDRESS - 1):
            name = str(number).encode()
            session.add(SignInFailure(name_hash=name, address="9.9.9.9"))
    assert (await sign_in(browser(address="9.9.9.9"), "guess", password="wrong")).status_code == 429
    assert (await sign_in(browser(address="9.9.9.9"), "agent-1")).status_code == 429
    assert (await sign_in(browser(), "agent-1")).status_code == 201


async def test_unknown_names_get_the_same_answer_in_about_the_same_time(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    times: dict[str, list[float]] = {"agent-1": [], "nobody": []}
    bodies = set()
    for _ in range(5):
        for username, taken in times.items():
            begun = time.perf_counter()
            answer = await sign_in(browser(), username, password="wrong")
            taken.append(time.perf_counter() - begun)
            bodies.add((answer.status_code, answer.json()["code"], answer.json()["detail"]))
    assert len(bodies) == 1
    known, unknown = (sorted(taken)[2] for taken in times.values())
    assert unknown > known / 2


async def test_sign_ins_side_by_side_leave_the_event_loop_free(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - begun)

    clients = [browser() for _ in range(20)]
    watching = asyncio.create_task(watch())
    answers = await asyncio.gather(*(sign_in(client, "agent-1") for client in clients))
    watching.cancel()
    assert {answer.status_code for answer in answers} == {201}
    assert longest < 0.5


async def test_a_new_sign_in_replaces_the_session_of_the_same_browser(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    client, thief = browser(), browser()
    await sign_in(client, "agent-1")
    thief.cookies.update(client.cookies)
    await sign_in(client, "agent-1")
    assert (await thief.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_signing_out_ends_the_session_on_the_server(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    client, copy = browser(), browser()
    await sign_in(client, "agent-1")
    copy.cookies.update(client.cookies)
    answer = await client.delete("/api/v1/sessions/current")
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert (await copy.get("/api/v1/me")).status_code == 401
    assert (await copy.delete("/api/v1/sessions/current")).status_code == 401


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.AGENT, 30), (Role.SYSTEM_ADMIN, 15)], ids=["agent", "administrator"]
)
async def test_an_idle_session_ends_on_the_server(
    town: Town, browser: Browser, role: Role, minutes: int
) -> None:
    await town.account("someone", role)
    client, start = browser(), clock.now()
    with clock.stopped(start):
        await sign_in(client, "someone")
    with clock.stopped(start + timedelta(minutes=minutes - 1)):
        assert (await client.get("/api/v1/me")).status_code == 200
    with clock.stopped(start + timedelta(minutes=2 * minutes - 2)):
        assert (await client.get("/api/v1/me")).status_code == 200
    with clock.stopped(start + timedelta(minutes=3 * minutes - 2)):
        assert await _open(town) == frozenset()
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_busy_session_ends_after_twelve_hours(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    client, start = browser(), clock.now()
    with clock.stopped(start):
        await sign_in(client, "agent-1")
    for quarter in range(1, 48):
        with clock.stopped(start + quarter * timedelta(minutes=15)):
            assert (await client.get("/api/v1/me")).status_code == 200
    with clock.stopped(start + timedelta(hours=12)):
        assert (await client.get("/api/v1/me")).status_code == 401
        assert await _open(town) == frozenset()


async def test_one_sees_and_ends_ones_own_sessions(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    await town.account("agent-2", Role.AGENT)
    desk, phone, stranger = browser(), browser(), browser()
    await sign_in(desk, "agent-1")
    await sign_in(phone, "agent-1")
    await sign_in(stranger, "agent-2")
    listed = (await desk.get("/api/v1/sessions")).json()["items"]
    assert [item["is_current"] for item in listed] == [False, True]
    other = listed[0]["id"]
    path, right = f"/api/v1/sessions/{other}/end", {"password": PASSWORD}
    assert (await stranger.post(path, json=right)).status_code == 404
    wrong = await desk.post(path, json={"password": "wrong"})
    assert (wrong.status_code, wrong.json()["params"]["errors"][0]["field"]) == (422, "password")
    assert (await phone.get("/api/v1/me")).status_code == 200
    assert (await desk.post(path, json=right)).status_code == 204
    assert (await phone.get("/api/v1/me")).status_code == 401
    assert (await desk.get("/api/v1/me")).status_code == 200


async def test_the_security_administrator_ends_anyones_session(
    town: Town, browser: Browser
) -> None:
    await town.account("agent-1", Role.AGENT)
    await town.account("guard", Role.SECURITY_ADMIN)
    desk, guard = browser(), browser()
    await sign_in(desk, "agent-1")
    await sign_in(guard, "guard")
    [mine] = (await desk.get("/api/v1/sessions")).json()["items"]
    path = f"/api/v1/sessions/{mine['id']}/end"
    assert (await guard.post(path, json={"password": PASSWORD})).status_code == 204
    assert (await desk.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8114.evil.example"},
        {"origin": "http://localhost:8115"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:8114"},
    ],
)
async def test_a_foreign_page_changes_nothing(
    town: Town, browser: Browser, headers: dict[str, str]
) -> None:
    await town.account("agent-1", Role.AGENT)
    client = browser()
    refused = await client.post(
        "/api/v1/sessions", json={"username": "agent-1", "password": PASSWORD}, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin")
    await sign_in(client, "agent-1")
    answer = await client.delete("/api/v1/sessions/current", headers=headers)
    assert answer.status_code == 403
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200


async def test_our_own_page_may_act(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    answer = await browser().post(
        "/api/v1/sessions",
        json={"username": "agent-1", "password": PASSWORD},
        headers={"origin": "http://localhost:8114", "sec-fetch-site": "same-origin"},
    )
    assert answer.status_code == 201


async def test_unknown_fields_are_refused(browser: Browser) -> None:
    answer = await sign_in(browser(), "agent-1", role="system_admin")
    assert answer.status_code == 422


async def test_signing_in_and_failing_are_audited_without_names_that_do_not_exist(
    town: Town, browser: Browser
) -> None:
    account = await town.account("agent-1", Role.AGENT)
    await sign_in(browser(), "agent-1")
    await sign_in(browser(), "agent-1", password=OTHER_PASSWORD)
    await sign_in(browser(), "my-secret-password-typed-here")
    async with town.database.transaction() as session:
        chosen = select(AuditEntry).where(AuditEntry.action.startswith("session."))
        entries = (await session.scalars(chosen.order_by(AuditEntry.id))).all()
    assert [(entry.action, entry.result, entry.target) for entry in entries] == [
        ("session.begun", "ok", f"account:{account.id}"),
        ("session.refused", "refused", f"account:{account.id}"),
        ("session.refused", "refused", None),
    ]
    assert {entry.address for entry in entries} == {"127.0.0.1"}
    assert "typed" not in str([vars(entry) for entry in entries])


async def test_a_token_is_nowhere_in_the_database(town: Town, browser: Browser) -> None:
    await town.account("agent-1", Role.AGENT)
    client = browser()
    await sign_in(client, "agent-1")
    token = client.cookies["hotline_session"]
    assert len(token) >= 40
    async with town.database.transaction() as session:
        row = (await session.scalars(select(AccountSession))).one()
    assert token not in str(vars(row))
    assert token.encode() not in row.token_hash


async def _open(town: Town) -> frozenset[object]:
    async with town.database.transaction() as session:
        ids = (await session.scalars(select(AccountSession.id))).all()
        return frozenset(await still_open(session, ids))


async def test_an_older_hash_is_made_anew_at_sign_in(town: Town, browser: Browser) -> None:
    account = await town.account("agent-1", Role.AGENT)
    older = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with town.database.transaction() as session:
        (await session.get_one(Account, account.id)).password_hash = older
    assert (await sign_in(browser(), "agent-1", password=OTHER_PASSWORD)).status_code == 401
    assert await _hash_of(town, account.id) == older
    assert (await sign_in(browser(), "agent-1")).status_code == 201
    assert not hashing.is_outdated(made := await _hash_of(town, account.id))
    assert (await sign_in(browser(), "agent-1")).status_code == 201
    assert await _hash_of(town, account.id) == made


async def _hash_of(town: Town, account_id: UUID) -> str:
    async with town.database.transaction() as session:
        return (await session.get_one(Account, account_id)).password_hash
