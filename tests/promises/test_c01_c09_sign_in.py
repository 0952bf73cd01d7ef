"""Passwords, guesses, second factors, and accounts that nobody made."""

import asyncio
import time
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from hotline import clock
from hotline.accounts import hashing, passwords, second_factor
from hotline.accounts.models import Account
from hotline.accounts.roles import Role
from hotline.accounts.sessions import is_restricted
from hotline.installation import _sample_accounts, is_sample_city
from hotline.settings import Settings
from tests.accounts.conftest import PASSWORD, Browser, Town, sign_in
from tests.promises.conftest import Whole

WEAK = ("password1234", "Passw0rd!2026", "123456789012", "aaaaaaaaaaaaaa", "qwertyuiopas",
        "wuhai114wuhai", "hotline114114", "abcdefghijkl", "111111222222", "admin12345678",
        "iloveyou1234", "letmein20262026", "woaini1314520", "P@ssw0rdP@ssw0rd")  # fmt: skip


@pytest.mark.parametrize("weak", WEAK)
def test_c01_weak_passwords_are_refused(weak: str) -> None:
    assert passwords.fault(weak) is not None


def test_c01_long_ones_are_taken_unchanged() -> None:
    assert passwords.fault("short-lamp") is not None
    assert passwords.fault("mountain-lamp-4-river") is None
    assert passwords.fault("  山灯四河 两匹马 蓝窗户 看雨  ") is None
    assert passwords.fault("mountain-lamp-4-river" * 7) is not None
    assert passwords.fault("mountain-lamp-4-river", names=("mountain-lamp-4-river",)) is not None


async def test_c03_hashing_leaves_the_event_loop_free() -> None:
    hashes = [asyncio.create_task(hashing.is_right(hashing.NOBODY, "x")) for _ in range(6)]
    began, turns = time.thread_time(), 0
    while not all(task.done() for task in hashes):
        await asyncio.sleep(0.002)
        turns += 1
    assert not any([await task for task in hashes])
    # Six hashes take this thread some 0.2 s when they are made in it, and the loop no turn.
    assert turns >= 6
    assert (time.thread_time() - began) / turns < 0.01
    assert hashing.NOBODY.startswith("$argon2id$")


async def test_c04_the_sixth_failure_locks_known_and_unknown_names_alike(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    told = []
    for username in ("someone", "nobody"):
        answers = [await sign_in(browser(), username, password="wrong") for _ in range(7)]
        told.append([(one.status_code, one.json()["code"]) for one in answers])
    assert told[0] == told[1]
    assert [code for code, _ in told[0]] == [401] * 5 + [429] * 2
    assert (await sign_in(browser(), "someone")).status_code == 429
    with clock.stopped(clock.now() + timedelta(minutes=31)):
        assert (await sign_in(browser(), "someone")).status_code == 201


def test_c05_a_code_is_right_once_and_one_step_around() -> None:
    secret, now = second_factor.new_secret(), clock.now()
    step = int(now.timestamp()) // 30
    for late, is_taken in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        code = pyotp.TOTP(secret).at((step + late) * 30)
        found = second_factor.step_of(secret, code, now=now, last=None)
        assert (found == step + late) is is_taken
        if is_taken:
            assert second_factor.step_of(secret, code, now=now, last=step + late) is None


def test_c05_outside_the_sample_city_nobody_does_anything_without_a_code() -> None:
    account = Account(must_change_password=False, totp_confirmed_at=None)
    assert is_restricted(account, Settings(public_url="https://114.example.cn"))
    assert not is_restricted(account, Settings())
    account.totp_confirmed_at = clock.now()
    assert not is_restricted(account, Settings(public_url="https://114.example.cn"))


@pytest.mark.parametrize("path", ["/api/v1/me/password", "/api/v1/me/totp"])
async def test_c06_changing_what_one_signs_in_with_asks_for_the_password(
    town: Town, browser: Browser, path: str
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    wrong = {"password": "wrong"} if path.endswith("totp") else {
        "current_password": "wrong", "new_password": "quiet-violet-9-engine"}  # fmt: skip
    assert (await client.post(path, json=wrong)).status_code == 422
    assert (await sign_in(browser(), "someone", password=PASSWORD)).status_code == 201


async def test_c06_the_telephone_of_a_seat_is_changed_with_the_password_only(
    whole: Whole,
) -> None:
    agent, boss = await whole.of("agent-4"), await whole.of("supervisor-city")
    assert (await agent.get("/api/v1/me/seat")).status_code == 200
    account_id = (await agent.get("/api/v1/me")).json()["account_id"]
    path = f"/api/v1/agents/{account_id}/addresses"
    phones = {"addresses": ["client:agent-4"]}
    assert (await boss.put(path, json=phones)).status_code == 422
    assert (await boss.put(path, json=phones | {"password": "wrong"})).status_code == 422
    right = phones | {"password": whole.city.password_of("supervisor-city")}
    assert (await boss.put(path, json=right)).status_code == 204


async def test_c09_a_production_has_no_account_that_nobody_made(whole: Whole) -> None:
    settings = whole.city.settings.model_copy(update={"public_url": "https://114.example.cn"})
    counting = text("SELECT count(*) FROM account")
    async with whole.database.transaction() as session:
        before = await session.scalar(counting)
    await _sample_accounts(settings, whole.database)
    async with whole.database.transaction() as session:
        assert await session.scalar(counting) == before
    production = Settings(data_dir=settings.data_dir, public_url="https://114.example.cn")
    assert not is_sample_city(production)
    for path in ("/setup", "/install", "/api/v1/setup"):
        assert (await whole.city.client.get(path)).status_code == 404
