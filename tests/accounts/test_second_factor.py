"""One-time codes are set up once, confirmed by a code, and given up by another's hand only."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp

from hotline import clock
from hotline.accounts import second_factor
from hotline.accounts.roles import Role
from tests.accounts.conftest import PASSWORD, Browser, Town, sign_in

AT = datetime(2026, 11, 26, 4, 0, 10, tzinfo=UTC)


def test_a_code_counts_one_step_early_or_late_and_each_step_once() -> None:
    secret = second_factor.new_secret()
    step = int(AT.timestamp()) // 30
    code = pyotp.TOTP(secret).at(AT)
    for seconds, wanted in ((-30, step), (0, step), (30, step), (60, None), (-60, None)):
        now = AT + timedelta(seconds=seconds)
        assert second_factor.step_of(secret, code, now=now, last=None) == wanted
    assert second_factor.step_of(secret, code, now=AT, last=step - 1) == step
    assert second_factor.step_of(secret, code, now=AT, last=step) is None


async def test_codes_are_confirmed_by_a_right_one_and_set_up_once(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    with clock.stopped(AT):
        await sign_in(client, "someone")
        early = await _confirm(client, "000000")
        assert (early.status_code, early.json()["code"]) == (409, "conflict")
        secret = await _begin(client)
        wrong = await _confirm(client, pyotp.TOTP(secret).at(AT + timedelta(hours=1)))
        assert wrong.status_code == 422
        assert wrong.json()["params"]["errors"][0]["field"] == "code"
        assert (await _confirm(client, pyotp.TOTP(secret).at(AT))).status_code == 204
        again = await client.post("/api/v1/me/totp", json={"password": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (409, "conflict")
        assert (await _confirm(client, pyotp.TOTP(secret).at(AT))).status_code == 409


async def test_a_lost_device_is_taken_off_by_the_security_administrator(
    town: Town, browser: Browser
) -> None:
    account = await town.account("someone", Role.AGENT)
    await town.account("guard", Role.SECURITY_ADMIN)
    other = await town.account("auditor", Role.AUDIT_ADMIN)
    client, guard = browser(), browser()
    await sign_in(guard, "guard")
    await sign_in(client, "someone")
    with clock.stopped(AT):
        await _confirm(client, pyotp.TOTP(await _begin(client)).at(AT))
    listed = {one["id"]: one for one in (await guard.get("/api/v1/accounts")).json()["items"]}
    assert listed[str(account.id)]["has_second_factor"]
    assert (await sign_in(browser(), "someone")).json()["code"] == "totp_needed"
    refused = await guard.delete(f"/api/v1/accounts/{other.id}/totp")
    assert (refused.status_code, refused.json()["code"]) == (409, "administrators_apart")
    assert (await guard.delete(f"/api/v1/accounts/{account.id}/totp")).status_code == 204
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await sign_in(browser(), "someone")).status_code == 201


async def _begin(client: httpx2.AsyncClient) -> str:
    answer = await client.post("/api/v1/me/totp", json={"password": PASSWORD})
    return parse_qs(urlsplit(answer.json()["uri"]).query)["secret"][0]


async def _confirm(client: httpx2.AsyncClient, code: str) -> httpx2.Response:
    return await client.post("/api/v1/me/totp/confirmation", json={"code": code})
