"""Accounts: passwords, second factors, roles that keep administrators apart, administration."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pyotp
import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from hotline import clock
from hotline.accounts import passwords, service
from hotline.accounts.models import Account, AccountSession, RoleBinding
from hotline.accounts.roles import DUTIES, SCOPES, SELF, Duty, Role
from hotline.accounts.service import DutiesApart, RolesInTwoPlaces
from hotline.audit.models import AuditEntry
from hotline.db import uuid7
from hotline.errors import InvalidInput
from hotline.settings import PasswordProfile
from tests.accounts.conftest import OTHER_PASSWORD, PASSWORD, Browser, Town, sign_in

ADMINISTRATORS = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]


@pytest.mark.parametrize("first", ADMINISTRATORS)
async def test_administrators_hold_no_second_role(town: Town, first: Role) -> None:
    account = await town.account("someone", first, at="north")
    place = town.places["north"].id
    for second in set(Role) - {first, Role.CITY_SUPERVISOR}:
        with pytest.raises(DutiesApart):
            async with town.database.transaction() as session:
                await service.grant_role(session, None, account, second, place)


@pytest.mark.parametrize("first", ADMINISTRATORS)
async def test_the_database_itself_keeps_administrators_apart(town: Town, first: Role) -> None:
    account = await town.account("someone", first)
    for second in set(Role) - {first}:
        row = {
            "id": uuid7(),
            "account_id": account.id,
            "role": second,
            "organization_id": town.places["city"].id,
        }
        with pytest.raises(IntegrityError, match="fk_role_binding_account_id_duty_account"):
            async with town.database.transaction() as session:
                await session.execute(insert(RoleBinding).values(row))


def test_no_administrator_sees_cases() -> None:
    of_cases = {scope for role in set(Role) - set(ADMINISTRATORS) for scope in SCOPES[role]}
    for role in ADMINISTRATORS:
        assert not {scope for scope in SCOPES[role] if scope.startswith(("calls", "tickets"))}
        assert SCOPES[role] & of_cases <= {SELF, "organizations:read", "events:read"}
    assert {duty for role, duty in DUTIES.items() if role not in ADMINISTRATORS} == {Duty.SERVICE}


async def test_an_account_may_hold_several_roles_of_one_duty(town: Town) -> None:
    account = await town.account("someone", Role.AGENT, Role.DISPATCHER)
    assert account.duty == "service"


async def test_roles_of_one_account_stand_in_one_place(town: Town) -> None:
    account = await town.account("someone", Role.AGENT)
    with pytest.raises(RolesInTwoPlaces):
        async with town.database.transaction() as session:
            await service.grant_role(
                session, None, account, Role.DISPATCHER, town.places["north"].id
            )


@pytest.mark.parametrize(
    ("role", "at"), [(Role.CITY_SUPERVISOR, "north"), (Role.DISTRICT_SUPERVISOR, "city")]
)
async def test_a_supervisor_stands_at_its_own_tier(town: Town, role: Role, at: str) -> None:
    with pytest.raises(InvalidInput):
        await town.account("someone", role, at=at)


async def test_after_its_last_role_an_account_may_take_another_duty(town: Town) -> None:
    account = await town.account("someone", Role.AGENT)
    async with town.database.transaction() as session:
        account = await session.merge(account)
        await service.revoke_role(session, None, account, Role.AGENT)
    async with town.database.transaction() as session:
        account = await session.merge(account)
        await service.grant_role(session, None, account, Role.AUDIT_ADMIN, town.places["city"].id)
    assert account.duty == "audit"


async def test_a_change_of_roles_ends_sessions(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    async with town.database.transaction() as session:
        await service.grant_role(session, None, account, Role.DISPATCHER, town.places["city"].id)
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_disabled_account_is_out_at_once(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    async with town.database.transaction() as session:
        await service.disable_account(session, None, await session.merge(account))
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await sign_in(client, "someone")).status_code == 401
    async with town.database.transaction() as session:
        ended = await session.scalars(select(AccountSession.end_reason))
        assert ended.all() == ["disabled"]


async def test_a_new_password_that_is_too_weak_is_named_by_its_field(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    refused = await _change(client, PASSWORD, "password1234")
    assert refused.status_code == 422
    assert [wrong["field"] for wrong in refused.json()["params"]["errors"]] == ["new_password"]


async def test_a_first_password_must_be_changed_before_anything_else(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT, must_change=True)
    client = browser()
    me = (await sign_in(client, "someone")).json()
    assert (me["scopes"], me["must_change_password"]) == (["account:self"], True)
    assert (await client.get("/api/v1/entries")).status_code == 403
    assert (await _change(client, PASSWORD, OTHER_PASSWORD)).status_code == 204
    assert (await client.get("/api/v1/entries")).status_code == 200


async def test_a_first_password_is_made_by_chance_and_shown_once(
    town: Town, browser: Browser
) -> None:
    await town.account("system", Role.SYSTEM_ADMIN)
    system = browser()
    await sign_in(system, "system")
    made = [await _made(system, town, name) for name in ("new-1", "new-2")]
    assert len({account["first_password"]["password"] for account in made}) == 2
    listed = (await system.get("/api/v1/accounts")).text
    for account in made:
        password = account["first_password"]["password"]
        assert passwords.fault(password, profile=PasswordProfile.MLPS) is None
        assert password not in listed
        me = (await sign_in(browser(), account["username"], password=password)).json()
        assert (me["scopes"], me["must_change_password"]) == (["account:self"], True)
    typed = {"username": "new-3", "display_name": "新人", "password": PASSWORD}
    refused = await system.post(
        "/api/v1/accounts", json=typed | {"organization_id": str(town.places["north"].id)}
    )
    assert refused.status_code == 422


async def test_a_first_password_that_nobody_changed_is_over_after_three_days(
    town: Town, browser: Browser
) -> None:
    start = clock.now()
    with clock.stopped(start):
        account = await town.account("someone", Role.AGENT, must_change=True)
    with clock.stopped(start + timedelta(hours=71)):
        assert (await sign_in(browser(), "someone")).status_code == 201
    with clock.stopped(start + timedelta(hours=72)):
        over = await sign_in(browser(), "someone")
        assert (over.status_code, over.json()["code"]) == (401, "first_password_over")
        assert "安全管理员" in over.json()["detail"]
        assert (await sign_in(browser(), "someone", password="wrong")).json() != over.json()
        async with town.database.transaction() as session:
            account = await session.merge(account)
            password = await service.reset_password(session, None, account)
        client = browser()
        assert (await sign_in(client, "someone", password=password)).status_code == 201
        assert (await _change(client, password, OTHER_PASSWORD)).status_code == 204
    with clock.stopped(start + timedelta(days=30)):
        assert (await sign_in(browser(), "someone", password=OTHER_PASSWORD)).status_code == 201


async def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    desk, phone = browser(), browser()
    await sign_in(desk, "someone")
    await sign_in(phone, "someone")
    refused = await _change(desk, "wrong", OTHER_PASSWORD)
    assert (refused.status_code, refused.json()["params"]["errors"][0]["field"]) == (
        422,
        "current_password",
    )
    assert (await phone.get("/api/v1/me")).status_code == 200
    assert (await _change(desk, PASSWORD, OTHER_PASSWORD)).status_code == 204
    assert (await phone.get("/api/v1/me")).status_code == 401
    assert (await desk.get("/api/v1/me")).status_code == 200
    assert (await sign_in(phone, "someone")).status_code == 401
    assert (await sign_in(phone, "someone", password=OTHER_PASSWORD)).status_code == 201


async def test_guessing_the_old_password_locks_too(town: Town, browser: Browser) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    codes = [(await _change(client, f"wrong-{n}", OTHER_PASSWORD)).status_code for n in range(7)]
    assert codes == [422] * 6 + [429]


async def test_guesses_of_the_old_password_side_by_side_are_counted_one_by_one(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    guesses = [_change(client, f"wrong-{n}", OTHER_PASSWORD) for n in range(10)]
    codes = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert sorted(codes) == [422] * 6 + [429] * 4
    assert (await _change(client, PASSWORD, OTHER_PASSWORD)).status_code == 429


async def test_a_second_factor_is_asked_for_once_it_is_confirmed(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client, start = browser(), clock.now()
    with clock.stopped(start):
        await sign_in(client, "someone")
        code = await _enroll(client)
        needed = await sign_in(browser(), "someone")
        assert (needed.status_code, needed.json()["code"]) == (401, "totp_needed")
        replayed = await sign_in(browser(), "someone", totp=code(0))
        assert (replayed.status_code, replayed.json()["code"]) == (401, "bad_credentials")
        assert (await sign_in(browser(), "someone", totp=code(3))).status_code == 401
    with clock.stopped(start + timedelta(seconds=60)):
        assert (await sign_in(browser(), "someone", totp=code(2))).status_code == 201
        assert (await sign_in(browser(), "someone", totp=code(2))).status_code == 401


async def test_setting_up_codes_ends_other_sessions(town: Town, browser: Browser) -> None:
    await town.account("someone", Role.AGENT)
    client, other = browser(), browser()
    await sign_in(other, "someone")
    await sign_in(client, "someone")
    await _enroll(client)
    assert (await other.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_a_secret_is_sealed(town: Town, browser: Browser) -> None:
    await town.account("someone", Role.AGENT)
    client = browser()
    await sign_in(client, "someone")
    answer = await client.post("/api/v1/me/totp", json={"password": PASSWORD})
    secret = _secret(answer)
    async with town.database.transaction() as session:
        account = (await session.scalars(select(Account))).one()
    assert account.totp_sealed is not None
    assert secret.encode() not in account.totp_sealed


async def test_outside_the_sample_nobody_works_without_a_second_factor(
    town: Town, browser: Browser
) -> None:
    await town.account("someone", Role.AGENT)
    client = browser(public_url="https://114.example.cn")
    me = (await sign_in(client, "someone")).json()
    assert (me["scopes"], me["must_enroll_totp"]) == (["account:self"], True)
    await _enroll(client)
    assert "tickets:read" in (await client.get("/api/v1/me")).json()["scopes"]


async def test_accounts_are_made_without_rights_and_get_them_from_another(
    town: Town, browser: Browser
) -> None:
    await town.account("system", Role.SYSTEM_ADMIN)
    await town.account("guard", Role.SECURITY_ADMIN)
    system, guard = browser(), browser()
    await sign_in(system, "system")
    await sign_in(guard, "guard")
    place = str(town.places["north"].id)
    body = {"username": "new-1", "display_name": "新人"}
    made = await system.post("/api/v1/accounts", json=body | {"organization_id": place})
    assert (made.status_code, made.json()["roles"]) == (201, [])
    path = f"/api/v1/accounts/{made.json()['id']}/roles"
    role = {"role": "agent", "organization_id": place}
    assert (await system.post(path, json=role)).status_code == 403
    granted = await guard.post(path, json=role)
    assert [role["role"] for role in granted.json()["roles"]] == ["agent"]
    listed = (await guard.get("/api/v1/accounts")).json()["items"]
    assert [item["username"] for item in listed] == ["guard", "new-1", "system"]
    assert (await guard.delete(f"{path}/agent")).status_code == 204


async def test_an_administrator_reaches_only_its_own_subtree(town: Town, browser: Browser) -> None:
    await town.account("guard", Role.SECURITY_ADMIN, at="north")
    other = await town.account("someone", Role.AGENT, at="south")
    guard = browser()
    await sign_in(guard, "guard")
    south = str(town.places["south"].id)
    body = {"role": "agent", "organization_id": south}
    path = f"/api/v1/accounts/{other.id}"
    assert (await guard.post(f"{path}/roles", json=body)).status_code == 404
    assert (await guard.post(f"{path}/password")).status_code == 404
    listed = (await guard.get("/api/v1/accounts")).json()["items"]
    assert [item["username"] for item in listed] == ["guard"]


async def test_no_administrator_takes_over_another(town: Town, browser: Browser) -> None:
    await town.account("guard", Role.SECURITY_ADMIN)
    other = await town.account("auditor", Role.AUDIT_ADMIN)
    agent = await town.account("agent-1", Role.AGENT)
    guard = browser()
    await sign_in(guard, "guard")
    refused = await guard.post(f"/api/v1/accounts/{other.id}/password")
    assert (refused.status_code, refused.json()["code"]) == (409, "administrators_apart")
    answer = await guard.post(f"/api/v1/accounts/{agent.id}/password")
    assert answer.status_code == 201
    me = (await sign_in(browser(), "agent-1", password=answer.json()["password"])).json()
    assert me["must_change_password"]


async def test_what_is_done_to_accounts_is_audited(town: Town, browser: Browser) -> None:
    await town.account("guard", Role.SECURITY_ADMIN)
    agent = await town.account("agent-1", Role.AGENT)
    guard, auditor = browser(), browser()
    await sign_in(guard, "guard")
    await guard.delete(f"/api/v1/accounts/{agent.id}/roles/agent")
    await town.account("auditor", Role.AUDIT_ADMIN)
    await sign_in(auditor, "auditor")
    async with town.database.transaction() as session:
        chosen = select(AuditEntry).where(AuditEntry.action == "role.revoked")
        entry = (await session.scalars(chosen)).one()
    assert (entry.name, entry.target) == ("guard", f"account:{agent.id}")
    assert entry.details == {"role": "agent"}
    listed = (await auditor.get("/api/v1/audit-entries?limit=3")).json()
    assert (len(listed["items"]), listed["next"] is None) == (3, False)
    verified = (await auditor.get("/api/v1/audit-entries/verification")).json()
    assert (verified["flaw"], verified["entry_count"] >= 8) == (None, True)


@pytest.mark.parametrize("username", ["", "A", "Agent", "a b", "话务员", "-x", "x" * 65])
async def test_a_username_is_plain(town: Town, username: str) -> None:
    with pytest.raises(InvalidInput):
        await town.account(username)


async def _made(client: httpx2.AsyncClient, town: Town, username: str) -> dict[str, Any]:
    body = {"username": username, "display_name": "新人"}
    place = {"organization_id": str(town.places["north"].id)}
    made = await client.post("/api/v1/accounts", json=body | place)
    assert made.status_code == 201, made.text
    account: dict[str, Any] = made.json()
    return account


def _secret(answer: httpx2.Response) -> str:
    return parse_qs(urlsplit(answer.json()["uri"]).query)["secret"][0]


async def _change(client: httpx2.AsyncClient, old: str, new: str) -> httpx2.Response:
    body = {"current_password": old, "new_password": new}
    return await client.post("/api/v1/me/password", json=body)


async def _enroll(client: httpx2.AsyncClient):  # type: ignore[no-untyped-def]
    """Returns the codes of the new secret, by steps from now."""
    answer = await client.post("/api/v1/me/totp", json={"password": PASSWORD})
    begun = clock.now()
    generator = pyotp.TOTP(_secret(answer))

    def code(step: int) -> str:
        return generator.at(begun + timedelta(seconds=30 * step))

    confirmed = await client.post("/api/v1/me/totp/confirmation", json={"code": code(0)})
    assert confirmed.status_code == 204
    return code
