"""What administrators do with accounts, and what they are kept from."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from hotline.accounts import hashing, queries, service, sign_in, single_sign_on
from hotline.accounts.models import Account, AccountIdentity
from hotline.accounts.oidc import Identity
from hotline.accounts.roles import Role
from hotline.accounts.sample import make_sample_accounts
from hotline.agents.models import Presence, Seat
from hotline.audit.models import AuditEntry
from hotline.errors import Busy, NotFound
from hotline.principal import Principal
from tests.accounts.conftest import Browser, Town
from tests.accounts.conftest import sign_in as signs_in


async def test_a_role_that_is_held_is_not_granted_again(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    client = browser()
    await signs_in(client, "someone")
    async with town.database.transaction() as session:
        held = await session.get_one(Account, account.id)
        await service.grant_role(session, None, held, Role.AGENT, town.places["city"].id)
        assert len(await queries.bindings(session, [account.id])) == 1
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_a_duty_lasts_as_long_as_one_of_its_roles(town: Town) -> None:
    account = await town.account("someone", Role.AGENT, Role.DISPATCHER)
    for role, duty in ((Role.AGENT, "service"), (Role.DISPATCHER, None)):
        async with town.database.transaction() as session:
            held = await session.get_one(Account, account.id)
            await service.revoke_role(session, None, held, role)
            assert held.duty == duty


async def test_nothing_is_given_outside_of_the_givers_subtree(town: Town, browser: Browser) -> None:
    agent = await town.account("someone", Role.AGENT, at="north")
    for name, role in (("system", Role.SYSTEM_ADMIN), ("guard", Role.SECURITY_ADMIN)):
        await town.account(name, role, at="north")
    south = str(town.places["south"].id)
    system, guard = browser(), browser()
    await signs_in(system, "system")
    await signs_in(guard, "guard")
    new = {"username": "new-1", "display_name": "新人"}
    made = await system.post("/api/v1/accounts", json=new | {"organization_id": south})
    role = {"role": "dispatcher", "organization_id": south}
    granted = await guard.post(f"/api/v1/accounts/{agent.id}/roles", json=role)
    for refused in (made, granted):
        assert refused.status_code == 422
        assert refused.json()["params"]["errors"][0]["field"] == "organization_id"


async def test_a_name_is_somebodys_alone_and_says_something(town: Town, browser: Browser) -> None:
    await town.account("admin", Role.SYSTEM_ADMIN)
    admin = browser()
    await signs_in(admin, "admin")
    place = {"organization_id": str(town.places["city"].id)}
    taken = await admin.post(
        "/api/v1/accounts", json=place | {"username": "admin", "display_name": "另一位"}
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")
    for name, status in (("  ", 422), ("名" * 65, 422), (" " + "名" * 64, 201)):
        body = place | {"username": f"name-{len(name)}", "display_name": name}
        assert (await admin.post("/api/v1/accounts", json=body)).status_code == status


async def test_the_list_of_accounts_goes_on_where_it_ended(town: Town, browser: Browser) -> None:
    await town.account("admin", Role.SYSTEM_ADMIN)
    for name in ("bb", "cc", "dd"):
        await town.account(name)
    admin = browser()
    await signs_in(admin, "admin")
    first = (await admin.get("/api/v1/accounts?limit=2")).json()
    assert ([one["username"] for one in first["items"]], first["next"]) == (["admin", "bb"], "bb")
    rest = (await admin.get(f"/api/v1/accounts?limit=2&after={first['next']}")).json()
    assert ([one["username"] for one in rest["items"]], rest["next"]) == (["cc", "dd"], None)


async def test_disabling_and_giving_back_by_the_administrator(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    await town.account("admin", Role.SYSTEM_ADMIN)
    admin = browser()
    await signs_in(admin, "admin")
    path = f"/api/v1/accounts/{account.id}"
    assert (await admin.post(f"{path}/disable")).status_code == 204
    assert (await signs_in(browser(), "someone")).status_code == 401
    assert (await admin.post(f"{path}/enable")).status_code == 204
    assert (await signs_in(browser(), "someone")).status_code == 201


async def test_an_identity_of_the_provider_is_taken_off_an_account(
    town: Town, browser: Browser
) -> None:
    account = await town.account("someone", Role.AGENT)
    other = await town.account("auditor", Role.AUDIT_ADMIN)
    await town.account("guard", Role.SECURITY_ADMIN)
    guard = browser()
    await signs_in(guard, "guard")
    for bound in (account, other):
        who = Identity("https://sso.example.cn", bound.username, has_second_factor=True)
        await single_sign_on.bind(town.database, bound.id, who)
    assert (await guard.delete(f"/api/v1/accounts/{other.id}/identity")).status_code == 409
    assert (await guard.delete(f"/api/v1/accounts/{account.id}/identity")).status_code == 204
    async with town.database.transaction() as session:
        left = (await session.scalars(select(AccountIdentity.account_id))).all()
        chosen = select(AuditEntry.target).where(AuditEntry.action == "identity.unbound")
        audited = (await session.scalars(chosen)).all()
    assert left == [other.id]
    assert audited == [f"account:{account.id}"]


async def test_accounts_are_named_for_who_reads_of_them(town: Town) -> None:
    account = await town.account("someone", Role.AGENT)
    nobody = Principal(uuid4(), "", frozenset(), account.organization_id, frozenset())
    async with town.database.transaction() as session:
        assert await queries.username_of(session, account.id) == "someone"
        assert await queries.username_of(session, uuid4()) is None
        assert await queries.names_of(session, [account.id, uuid4()]) == {account.id: "someone"}
        with pytest.raises(NotFound):
            await queries.own_account(session, nobody)


async def test_whoever_has_no_session_signs_out_of_none(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    client = browser()
    await signs_in(client, "someone")
    sessionless = Principal(
        account.id, "someone", frozenset(), account.organization_id, frozenset()
    )
    async with town.database.transaction() as session:
        await sign_in.sign_out(session, sessionless, address="127.0.0.1")
        chosen = select(AuditEntry.target).where(AuditEntry.action == "session.ended")
        assert (await session.scalars(chosen)).all() == [f"account:{account.id}"]
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_whoever_sits_at_a_seat_is_told_how_it_stands(town: Town, browser: Browser) -> None:
    account = await town.account("someone", Role.AGENT)
    city_id = town.places["city"].id
    client = browser()
    assert (await signs_in(client, "someone")).json()["presence"] is None
    async with town.database.transaction() as session:
        session.add(
            Seat(
                account_id=account.id,
                organization_id=city_id,
                city_id=city_id,
                display_name="someone",
                state=Presence.BREAK,
                reason="午餐",
            )
        )
    told = (await client.get("/api/v1/me")).json()["presence"]
    assert (told["state"], told["reason"]) == ("break", "午餐")


async def test_more_passwords_at_once_than_there_is_room_for_are_refused_and_no_place_is_lost() -> (
    None
):
    for _ in range(2):
        answers = await asyncio.gather(
            *(hashing.is_right("no hash at all", "x") for _ in range(203)), return_exceptions=True
        )
        assert [type(one) for one in answers].count(Busy) == 3
        assert [one for one in answers if not isinstance(one, Busy)] == [False] * 200


async def test_a_city_without_those_units_gets_no_log_ins_for_them(
    town: Town, tmp_path: Path
) -> None:
    async with town.database.transaction() as session:
        made = await make_sample_accounts(session, town.places["city"], tmp_path)
    names = {login.username for login in made}
    assert {"agent-1", "agent-6", "admin-audit", "supervisor-city"} <= names
    assert not [name for name in names if name.startswith("unit-") or name == "editor-house"]
