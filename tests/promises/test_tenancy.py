"""One installation serves many cities: who belongs to one is told nothing of another."""

from typing import Any

import httpx2
import pytest

from hotline.accounts import service
from hotline.accounts.roles import SCOPES, Role
from hotline.accounts.service import NewAccount
from hotline.organizations.service import save_city
from tests.accounts.conftest import PASSWORD
from tests.organizations.test_tree import CITY
from tests.promises.conftest import Whole
from tests.promises.own_city import whole

__all__ = ["whole"]

# Together they hold every scope that there is.
ROLES = (
    Role.CITY_SUPERVISOR, Role.DIRECTORY_EDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
)  # fmt: skip
# What every answer about the sample city has somewhere: its name, its districts, its people.
CANARIES = ("乌海", "海勃湾", "乌达", "海南区", "agent-1", "supervisor-city", "话务员1号")
# The words that ship name the sample city, until a city has its own.
SHIPPED = {"/api/v1/texts", "/api/v1/message-texts"}


@pytest.fixture(scope="module")
async def matter(whole: Whole) -> dict[str, str]:
    """A call of the sample city that opened a ticket and is over."""
    phone = await whole.city.phone(caller="+8613947300901").dial()
    await phone.say("我家暖气不热，我在滨河街道")
    assert "已经登记" in phone.now_hears
    await phone.hang_up()
    agent = await whole.of("agent-1")
    ticket = (await agent.get("/api/v1/tickets")).json()["items"][0]
    call = (await agent.get("/api/v1/calls")).json()["items"][0]
    return {"ticket_id": ticket["id"], "number": ticket["number"], "call_id": call["id"]}


@pytest.fixture(scope="module")
async def neighbors(whole: Whole) -> dict[Role, httpx2.AsyncClient]:
    """People of another city in the same installation, each signed in."""
    async with whole.database.transaction() as session:
        city_id, _ = await save_city(session, CITY)
        for role in ROLES:
            new = NewAccount(f"other-{role.replace('_', '-')}", "邻市", PASSWORD, city_id, [role])
            account = await service.create_account(session, None, new)
            account.must_change_password = False
    return {role: await _signed_in(whole, f"other-{role.replace('_', '-')}") for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
async def test_nothing_of_another_city_is_in_any_answer(
    whole: Whole, neighbors: dict[Role, httpx2.AsyncClient], matter: dict[str, str],
    described: dict[str, Any], role: Role,
) -> None:  # fmt: skip
    found, answered = [], 0
    for path, methods in described["paths"].items():
        if "get" not in methods or "{" in path or path in SHIPPED:
            continue
        answer = await neighbors[role].get(path)
        answered += answer.status_code == 200
        hits = [one for one in (*CANARIES, *matter.values()) if one in answer.text]
        found += [(path, one) for one in hits]
    assert found == []
    assert answered > 3


@pytest.mark.parametrize("role", ROLES)
async def test_what_is_named_by_its_id_is_not_there_for_another_city(
    neighbors: dict[Role, httpx2.AsyncClient], matter: dict[str, str], described: dict[str, Any],
    role: Role,
) -> None:  # fmt: skip
    for path, methods in described["paths"].items():
        filled = path
        for name in ("ticket_id", "call_id"):
            filled = filled.replace(f"{{{name}}}", matter[name])
        if "get" not in methods or "{" in filled or filled == path:
            continue
        answer = await neighbors[role].get(filled)
        assert answer.status_code in (403, 404), filled


def test_the_roles_hold_every_scope_between_them() -> None:
    held = frozenset[str]().union(*(SCOPES[role] for role in ROLES))
    assert held == frozenset[str]().union(*SCOPES.values())


async def _signed_in(whole: Whole, username: str) -> httpx2.AsyncClient:
    client = httpx2.AsyncClient(base_url=whole.city.url, timeout=20)
    answer = await client.post(
        "/api/v1/sessions", json={"username": username, "password": PASSWORD}
    )
    assert answer.status_code == 201, answer.text
    whole.clients[username] = client
    return client
