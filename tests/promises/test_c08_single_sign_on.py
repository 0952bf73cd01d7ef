"""Single sign-on: issuer and subject, PKCE, state, nonce, keys that change, and second factors."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from hotline import clock
from hotline.accounts import api as accounts_api
from hotline.accounts import oidc, sessions
from hotline.accounts import pages as sso_pages
from hotline.accounts.oidc import (
    Identity,
    ProviderFailed,
    TokenRefused,
    new_proof,
    require_origin,
)
from hotline.accounts.roles import Role
from hotline.accounts.single_sign_on import IdentityTaken, bind
from hotline.settings import Settings
from hotline.web import problems
from tests.accounts.conftest import PASSWORD, Town, sign_in
from tests.accounts.provider import CLIENT_ID, ISSUER, SECRET, Provider

BOUND = "/console/?sso=bound"


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def client_of(provider: Provider) -> oidc.Provider:
    mine = oidc.Client(ISSUER, CLIENT_ID, SECRET, "http://localhost:8114/sso/return")
    return oidc.Provider(mine, provider.transport())


class Desk:
    """A browser of somebody at a console with single sign-on."""

    def __init__(self, town: Town, sso: oidc.Provider | None, settings: Settings) -> None:
        app = FastAPI()
        problems.install(app)
        app.include_router(accounts_api.router)
        app.include_router(sso_pages.router)
        state = {"settings": settings, "database": town.database, "sso": sso}

        async def asgi(scope: Any, receive: Any, send: Any) -> None:
            await app(scope | {"state": dict(state)}, receive, send)

        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(asgi), base_url=settings.address
        )

    async def away(self) -> str:
        return str((await self.client.get("/sso/begin")).headers["location"])

    async def back(self, query: dict[str, str]) -> str:
        answer = await self.client.get("/sso/return", params=query)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    async def is_in(self) -> bool:
        return (await self.client.get("/api/v1/me")).status_code == 200


@pytest.fixture
def desk(town: Town, client_of: oidc.Provider, tmp_path: Any) -> Desk:
    return Desk(town, client_of, Settings(data_dir=tmp_path))


async def _bound(town: Town, desk: Desk, provider: Provider, username: str = "someone") -> UUID:
    account = await town.account(username, Role.AGENT)
    await sign_in(desk.client, username)
    answer = await desk.client.post("/sso/bind", json={"password": PASSWORD})
    assert await desk.back(provider.signs_in(answer.json()["url"])) == BOUND
    desk.client.cookies.clear()
    return account.id


async def test_c08_whoever_bound_an_account_signs_in_by_it(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await _bound(town, desk, provider)
    assert not await desk.is_in()
    assert await desk.back(provider.signs_in(await desk.away())) == "/console/"
    assert await desk.is_in()
    async with town.database.transaction() as session:
        told = "SELECT details->>'by' FROM audit_entry WHERE action = 'session.begun'"
        assert "single_sign_on" in (await session.scalars(text(told))).all()


async def test_c08_binding_asks_for_the_password(town: Town, desk: Desk) -> None:
    await town.account("someone", Role.AGENT)
    assert (await desk.client.post("/sso/bind", json={"password": PASSWORD})).status_code == 401
    await sign_in(desk.client, "someone")
    assert (await desk.client.post("/sso/bind", json={"password": "x"})).status_code == 422


async def test_c08_whoever_was_signed_out_meanwhile_binds_nothing(
    town: Town, desk: Desk, provider: Provider
) -> None:
    account = await town.account("someone", Role.AGENT)
    await sign_in(desk.client, "someone")
    answer = await desk.client.post("/sso/bind", json={"password": PASSWORD})
    back = provider.signs_in(answer.json()["url"])
    async with town.database.transaction() as session:
        await sessions.end_all(session, account.id, reason="password_changed")
    assert await desk.back(back) == "/console/sign-in?sso=expired"
    assert await desk.back(provider.signs_in(await desk.away())) == "/console/sign-in?sso=unknown"


async def test_c08_an_identity_that_nobody_bound_opens_nothing_and_makes_nothing(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await town.account("someone", Role.AGENT)
    provider.claims = {"email": "someone@example.cn", "preferred_username": "someone"}
    answer = await desk.back(provider.signs_in(await desk.away()))
    assert answer == "/console/sign-in?sso=unknown"
    assert not await desk.is_in()


async def test_c08_the_same_subject_of_another_issuer_is_somebody_else(
    town: Town, desk: Desk, provider: Provider
) -> None:
    account_id = await _bound(town, desk, provider)
    other = await town.account("other", Role.AGENT)
    await bind(town.database, other.id, Identity("https://else.example", "person-1", False))
    with pytest.raises(IdentityTaken):
        await bind(town.database, other.id, Identity(ISSUER, "person-1", False))
    with pytest.raises(IdentityTaken):
        await bind(town.database, account_id, Identity(ISSUER, "person-2", False))


@pytest.mark.parametrize("change", ["state", "cookie", "late"])
async def test_c08_an_answer_that_this_browser_did_not_ask_for_is_refused(
    town: Town, desk: Desk, provider: Provider, change: str
) -> None:
    await _bound(town, desk, provider)
    query = provider.signs_in(await desk.away())
    if change == "state":
        query["state"] = "x" * len(query["state"])
    if change == "cookie":
        desk.client.cookies.clear()
    late = timedelta(minutes=11) if change == "late" else timedelta()
    with clock.stopped(clock.now() + late):
        assert await desk.back(query) == "/console/sign-in?sso=expired"
    assert provider.asked[1:] == []
    assert not await desk.is_in()


async def test_c08_a_code_of_another_sign_in_is_refused_by_its_verifier(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await _bound(town, desk, provider)
    stolen = provider.signs_in(await desk.away())
    mine = provider.signs_in(await desk.away())
    answer = await desk.back({"code": stolen["code"], "state": mine["state"]})
    assert answer == "/console/sign-in?sso=sso_refused"
    assert not await desk.is_in()


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody else"},
        {"aud": [CLIENT_ID, "other"], "azp": "other"},
        {"exp": 1},
        {"iat": 4_000_000_000},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"exp": None},
    ],
)
async def test_c08_a_token_that_says_something_wrong_is_refused(
    provider: Provider, client_of: oidc.Provider, claims: dict[str, Any]
) -> None:
    proof = new_proof()
    await client_of.read_token(provider.token(proof.nonce), proof.nonce)
    provider.claims = claims
    with pytest.raises(TokenRefused):
        await client_of.read_token(provider.token(proof.nonce), proof.nonce)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_c08_a_token_without_a_signature_of_the_provider_is_refused(
    provider: Provider, client_of: oidc.Provider, algorithm: str
) -> None:
    provider.algorithm = algorithm
    with pytest.raises(TokenRefused):
        await client_of.read_token(provider.token("n"), "n")


async def test_c08_keys_may_change_and_are_not_asked_for_at_every_forgery(
    provider: Provider, client_of: oidc.Provider
) -> None:
    now = clock.now()
    with clock.stopped(now):
        await client_of.read_token(provider.token("n"), "n")
    provider.change_key()
    with clock.stopped(now + timedelta(minutes=1)):
        await client_of.read_token(provider.token("n"), "n")
        for _ in range(5):
            forged = Provider(kid="unknown")
            with pytest.raises(TokenRefused):
                await client_of.read_token(forged.token("n"), "n")
    assert provider.keys_asked == 2


@pytest.mark.parametrize(
    ("methods", "where"), [(["pwd"], "unknown"), (["pwd", "otp"], None), (["pop"], None)]
)
async def test_c08_an_account_with_codes_needs_a_second_factor_there_too(
    town: Town, desk: Desk, provider: Provider, methods: list[str], where: str | None
) -> None:
    account_id = await _bound(town, desk, provider)
    async with town.database.transaction() as session:
        confirm = text("UPDATE account SET totp_confirmed_at = now() WHERE id = :id")
        await session.execute(confirm, {"id": account_id})
    provider.claims = {"amr": methods}
    wanted = f"/console/sign-in?sso={where}" if where else "/console/"
    assert await desk.back(provider.signs_in(await desk.away())) == wanted


async def test_c08_a_provider_that_is_down_is_said_and_passwords_still_work(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await town.account("someone", Role.AGENT)
    provider.is_down = True
    assert await desk.away() == "/console/sign-in?sso=sso_failed"
    assert (await sign_in(desk.client, "someone")).status_code == 201


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_c08_a_foreign_page_begins_no_sign_in(
    town: Town, desk: Desk, provider: Provider, site: str
) -> None:
    """Or it would sign in whoever is known to the provider, without any act of theirs."""
    await _bound(town, desk, provider)
    answer = await desk.client.get("/sso/begin", headers={"sec-fetch-site": site})
    assert answer.headers["location"] == "/console/sign-in?sso=expired"
    assert "set-cookie" not in answer.headers


async def test_c08_a_description_of_another_issuer_is_refused(
    town: Town, desk: Desk, client_of: oidc.Provider
) -> None:
    client_of.client = replace(client_of.client, issuer=f"{ISSUER}/")
    assert await desk.away() == "/console/sign-in?sso=sso_failed"


def test_c08_the_provider_is_reached_by_https() -> None:
    assert require_origin(ISSUER) == f"{ISSUER}:443"
    for address in ("http://sso.example.cn", "ftp://sso.example.cn", "https://a@sso.example.cn"):
        with pytest.raises((ValueError, httpx2.UnsupportedProtocol)):
            require_origin(address)


async def test_c08_the_screen_is_told_how_the_provider_is_called_if_there_is_one(
    town: Town, client_of: oidc.Provider, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, oidc_name="乌海政务")
    there, none = Desk(town, client_of, settings), Desk(town, None, settings)
    assert (await there.client.get("/sso")).json() == {"name": "乌海政务"}
    assert (await none.client.get("/sso")).json() == {"name": None}
    assert (await none.client.get("/sso/begin")).status_code == 404


async def test_c08_an_identity_of_another_account_is_not_bound_again(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await _bound(town, desk, provider)
    await town.account("other", Role.AGENT)
    await sign_in(desk.client, "other")
    answer = await desk.client.post("/sso/bind", json={"password": PASSWORD})
    where = await desk.back(provider.signs_in(answer.json()["url"]))
    assert where == "/console/sign-in?sso=taken"


async def test_c08_a_disabled_account_is_not_opened_by_the_provider(
    town: Town, desk: Desk, provider: Provider
) -> None:
    account_id = await _bound(town, desk, provider)
    async with town.database.transaction() as session:
        disable = text("UPDATE account SET disabled_at = now() WHERE id = :id")
        await session.execute(disable, {"id": account_id})
    where = await desk.back(provider.signs_in(await desk.away()))
    assert where == "/console/sign-in?sso=unknown"
    async with town.database.transaction() as session:
        why = text("SELECT reason FROM audit_entry WHERE action = 'session.refused'")
        assert (await session.scalars(why)).all() == ["disabled"]


async def test_c08_whoever_binds_while_the_provider_is_down_is_told_so(
    town: Town, desk: Desk, provider: Provider
) -> None:
    await town.account("someone", Role.AGENT)
    await sign_in(desk.client, "someone")
    provider.is_down = True
    answer = await desk.client.post("/sso/bind", json={"password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (503, "sso_failed")


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ConnectError("nobody"),
        httpx2.Response(200, text="<html>"),
        httpx2.Response(200, json=["no", "mapping"]),
        httpx2.Response(500, json={"issuer": ISSUER}),
    ],
    ids=["unreachable", "no JSON", "no mapping", "failed"],
)
async def test_c08_what_is_no_answer_of_a_provider_is_a_failure_of_the_provider(
    answer: httpx2.Response | httpx2.ConnectError,
) -> None:
    def answers(_request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, httpx2.ConnectError):
            raise answer
        return answer

    mine = oidc.Client(ISSUER, CLIENT_ID, SECRET, "http://localhost:8114/sso/return")
    asking = oidc.Provider(mine, httpx2.MockTransport(answers))
    with pytest.raises(ProviderFailed):
        await asking.address_to_sign_in(new_proof())
