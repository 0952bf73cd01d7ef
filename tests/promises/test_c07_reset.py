"""A new password by link: ten minutes, once, hashed, and no way around one-time codes."""

import asyncio
from datetime import timedelta

import httpx2
import pyotp
from sqlalchemy import text

from hotline import clock
from hotline.accounts import service
from hotline.accounts.roles import Role
from hotline.accounts.sessions import Principal
from tests.accounts.conftest import OTHER_PASSWORD, PASSWORD, Browser, Town, sign_in

RESETS = "/api/v1/password-resets"


async def _link(town: Town, browser: Browser) -> str:
    """The token that the security administrator gets for `someone`."""
    keeper = browser()
    await sign_in(keeper, "keeper")
    listed = (await keeper.get("/api/v1/accounts")).json()["items"]
    account_id = next(one["id"] for one in listed if one["username"] == "someone")
    made = await keeper.post(f"/api/v1/accounts/{account_id}/reset-link")
    assert made.status_code == 201, made.text
    return str(made.json()["path"].partition("#")[2])


async def _people(town: Town) -> None:
    await town.account("someone", Role.AGENT)
    await town.account("keeper", Role.SECURITY_ADMIN)


async def _choose(client: httpx2.AsyncClient, token: str) -> int:
    body = {"token": token, "new_password": OTHER_PASSWORD}
    return (await client.post(RESETS, json=body)).status_code


async def test_c07_a_link_opens_once_and_ends_every_session(town: Town, browser: Browser) -> None:
    await _people(town)
    desk, stranger = browser(), browser()
    await sign_in(desk, "someone")
    token = await _link(town, browser)
    assert (await desk.get("/api/v1/me")).status_code == 200
    assert sorted(await asyncio.gather(*(_choose(stranger, token) for _ in range(2)))) == [204, 404]
    assert (await desk.get("/api/v1/me")).status_code == 401
    assert (await sign_in(desk, "someone")).status_code == 401
    assert (await sign_in(desk, "someone", password=OTHER_PASSWORD)).status_code == 201
    assert not (await desk.get("/api/v1/me")).json()["must_change_password"]


async def test_c07_a_link_lives_ten_minutes_and_only_the_newest_counts(
    town: Town, browser: Browser
) -> None:
    await _people(town)
    old, new = await _link(town, browser), await _link(town, browser)
    assert await _choose(browser(), old) == 404
    with clock.stopped(clock.now() + timedelta(minutes=11)):
        assert await _choose(browser(), new) == 404
    assert await _choose(browser(), new) == 204


async def test_c07_a_password_that_came_by_another_way_ends_the_link(
    town: Town, browser: Browser
) -> None:
    await _people(town)
    holder, keeper = browser(), browser()
    await sign_in(holder, "someone")
    await sign_in(keeper, "keeper")
    first = await _link(town, browser)
    both = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    assert (await holder.post("/api/v1/me/password", json=both)).status_code == 204
    assert await _choose(browser(), first) == 404
    second = await _link(town, browser)
    listed = (await keeper.get("/api/v1/accounts")).json()["items"]
    someone = next(one["id"] for one in listed if one["username"] == "someone")
    assert (await keeper.post(f"/api/v1/accounts/{someone}/password")).status_code == 201
    assert await _choose(browser(), second) == 404


async def test_c07_only_its_hash_is_kept_and_a_weak_password_leaves_it_whole(
    town: Town, browser: Browser
) -> None:
    await _people(town)
    token = await _link(town, browser)
    async with town.database.transaction() as session:
        kept = await session.scalar(text("SELECT string_agg(r::text, ' ') FROM password_reset r"))
    assert token not in kept
    assert token.encode().hex() not in kept
    weak = {"token": token, "new_password": "password1234"}
    refused = await browser().post(RESETS, json=weak)
    assert refused.status_code == 422
    assert [wrong["field"] for wrong in refused.json()["params"]["errors"]] == ["new_password"]
    assert await _choose(browser(), token) == 204


async def test_c07_a_link_does_not_skip_the_code(town: Town, browser: Browser) -> None:
    await _people(town)
    account = await town.account("coded", Role.AGENT)
    async with town.database.transaction() as session:
        who = Principal(
            account.id, "", frozenset(), account.organization_id, frozenset()
        )  # fmt: skip
        address = await service.begin_second_factor(session, who)
        code = pyotp.parse_uri(address).now()  # type: ignore[union-attr]
        await service.confirm_second_factor(session, who, code)
    keeper = browser()
    await sign_in(keeper, "keeper")
    made = await keeper.post(f"/api/v1/accounts/{account.id}/reset-link")
    token = made.json()["path"].partition("#")[2]
    assert await _choose(browser(), token) == 204
    refused = await sign_in(browser(), "coded", password=OTHER_PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (401, "totp_needed")
