"""Another district's ticket is 404 everywhere, before scope, precondition and body."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from hotline.attachments import api as attachments_api
from hotline.db import Role, open_database
from hotline.recordings import api as recordings_api
from hotline.settings import Settings
from hotline.tickets import api, desk_api, service
from hotline.tickets.states import TicketKind
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import DISTRICTS, build_city
from tests.tickets.serving import Served

TICKETS = "/api/v1/tickets"
ROLES = ("agent", "dispatcher", "district_supervisor", "unit_handler", "directory_editor")
EDGES = (api, desk_api, attachments_api, recordings_api)
OPERATIONS = sorted(
    (method, route.path)
    for edge in EDGES
    for route in edge.router.routes
    if isinstance(route, APIRoute) and "{ticket_id}" in route.path
    for method in route.methods
)
BODIES: list[Any] = [None, {}, {"version": 99}]


@pytest.fixture(scope="module")
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    router = APIRouter()
    for edge in EDGES:
        router.include_router(edge.router)
    yield Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("served")), router)
    await database.close()


@pytest.fixture(scope="module")
async def ticket_ids(served: Served) -> dict[str | None, UUID]:
    """A ticket of each district, one of the whole city; each held by the city."""
    ids: dict[str | None, UUID] = {}
    async with served.database.transaction() as session:
        agent = await served.city.person(session, "agent")
        for district in (*DISTRICTS, None):
            ticket = await service.open_ticket(
                session,
                agent,
                kind=TicketKind.COMPLAINT,
                title="秘密",
                description="只有本区能看的秘密",
                district=district,
            )
            ids[district] = ticket.id
    return ids


def test_there_are_operations_to_try() -> None:
    assert ("GET", f"{TICKETS}/{{ticket_id}}") in OPERATIONS
    assert ("POST", f"{TICKETS}/{{ticket_id}}/moves") in OPERATIONS
    assert len(OPERATIONS) >= 5


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("district", DISTRICTS)
async def test_a_foreign_ticket_is_404_in_every_operation(
    served: Served, ticket_ids: dict[str | None, UUID], district: str, role: str
) -> None:
    home = f"unit-{district}" if role == "unit_handler" else district
    client = await served.client(role, home)
    foreign = [ticket_ids[other] for other in (*DISTRICTS, None) if other != district]
    for ticket_id in foreign:
        for method, path in OPERATIONS:
            url = path.replace("{ticket_id}", str(ticket_id))
            for body in BODIES if method != "GET" else [None]:
                answer = await client.request(method, url, json=body)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), url


async def test_what_never_was_is_404_like_what_is_foreign(
    served: Served, ticket_ids: dict[str | None, UUID]
) -> None:
    client = await served.client("agent", DISTRICTS[0])
    answers = [
        await client.post(f"{TICKETS}/{each}/moves", json={"move": "send", "version": 1})
        for each in (ticket_ids[DISTRICTS[1]], uuid4(), "none")
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


@pytest.mark.parametrize("role", ["agent", "dispatcher", "district_supervisor"])
@pytest.mark.parametrize("district", DISTRICTS)
async def test_lists_and_searches_hold_only_the_own_district(
    served: Served, ticket_ids: dict[str | None, UUID], district: str, role: str
) -> None:
    client = await served.client(role, district)
    for params in ({}, {"q": "秘密"}, {"district": district}, {"kind": "complaint"}):
        items = (await client.get(TICKETS, params={"limit": 200, **params})).json()["items"]
        assert [item["id"] for item in items] == [str(ticket_ids[district])]
    for other in DISTRICTS:
        if other != district:
            page = (await client.get(TICKETS, params={"district": other})).json()
            assert page == {"items": [], "next": None}
    cursor = str(ticket_ids[None])
    page = (await client.get(TICKETS, params={"after": cursor, "limit": 200})).json()
    assert {item["id"] for item in page["items"]} <= {str(ticket_ids[district])}


async def test_a_unit_sees_what_it_holds_and_nothing_of_its_district(
    served: Served, ticket_ids: dict[str | None, UUID]
) -> None:
    client = await served.client("unit_handler", f"unit-{DISTRICTS[0]}")
    assert (await client.get(TICKETS)).json()["items"] == []


async def test_the_city_sees_all(served: Served, ticket_ids: dict[str | None, UUID]) -> None:
    for role in ("agent", "dispatcher", "city_supervisor"):
        client = await served.client(role)
        items = (await client.get(TICKETS, params={"limit": 200})).json()["items"]
        assert {item["id"] for item in items} == {str(each) for each in ticket_ids.values()}


async def test_a_visible_ticket_without_the_scope_is_403(
    served: Served, ticket_ids: dict[str | None, UUID]
) -> None:
    editor = await served.client("directory_editor", DISTRICTS[0])
    answer = await editor.get(f"{TICKETS}/{ticket_ids[DISTRICTS[0]]}")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
