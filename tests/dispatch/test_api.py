"""Work orders and vendors' files over the API: scopes, districts, versions, repeated requests."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import select

from hotline.consents.models import ConsentEntry
from hotline.db import Database
from hotline.dispatch import api, cascade, vendor_api
from hotline.settings import Settings
from tests.dispatch.town import DISTRICT, UNBLOCK, Town, build_town
from tests.tickets.serving import Served

ORDERS = "/api/v1/work-orders"


@dataclass
class Desk:
    database: Database
    orders: Served
    vendors: Served
    town: Town
    ticket_id: UUID

    async def offer(self, order_id: str) -> None:
        async with self.database.transaction() as session:
            await cascade.offer_next(session, UUID(order_id))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    async with database.transaction() as session:
        town = await build_town(session)
        for _ in range(2):
            await town.vendor()
        ticket_id = await town.ticket()
    settings = Settings(data_dir=tmp_path)
    return Desk(
        database,
        Served(database, town.city, settings, api.router),
        Served(database, town.city, settings, vendor_api.router),
        town,
        ticket_id,
    )


async def opened(desk: Desk, agent: httpx2.AsyncClient, **more: object) -> dict[str, object]:
    body = {"ticket_id": str(desk.ticket_id), "consent": "given", **more}
    answer = await agent.post(ORDERS, json=body)
    assert answer.status_code == 201, answer.text
    order: dict[str, object] = answer.json()
    return order


async def test_who_noted_a_yes_stands_in_the_ledger_of_consents(desk: Desk) -> None:
    order = await opened(desk, await desk.orders.client("agent"))
    async with desk.database.transaction() as session:
        chosen = select(ConsentEntry).where(ConsentEntry.subject == f"work_order:{order['id']}")
        noted = (await session.scalars(chosen)).one()
    assert (noted.answer, noted.channel) == ("given", "agent")
    assert noted.account_id is not None


async def test_an_order_is_opened_once_and_repeated_requests_get_the_same_answer(
    desk: Desk,
) -> None:
    agent = await desk.orders.client("agent")
    body = {"ticket_id": str(desk.ticket_id)}
    first, again = [
        await agent.post(ORDERS, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]
    assert first.status_code == 201
    assert again.json() == first.json()
    assert (await agent.post(ORDERS, json=body)).status_code == 409
    assert first.json()["caller_masked"] == "138****1111"
    assert "13800001111" not in first.text


async def test_another_district_sees_nothing_of_an_order(desk: Desk) -> None:
    agent = await desk.orders.client("agent")
    order = await opened(desk, agent)
    path = f"{ORDERS}/{order['id']}"
    stranger = await desk.orders.client("district_supervisor", "海南区")
    own = await desk.orders.client("district_supervisor", DISTRICT)
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get(ORDERS)).json()["items"] == []
    assert (await stranger.get(f"{ORDERS}/counts")).json() == {"by_state": {}, "overdue": 0}
    move = {"move": "cancel", "version": order["version"], "reason_code": "not_needed"}
    assert (await stranger.post(f"{path}/moves", json=move)).status_code == 404
    assert [one["id"] for one in (await own.get(ORDERS)).json()["items"]] == [order["id"]]


async def test_nobody_without_an_account_or_the_scope_moves_an_order(desk: Desk) -> None:
    agent = await desk.orders.client("agent")
    path = f"{ORDERS}/{(await opened(desk, agent))['id']}"
    assert (await desk.orders.stranger().get(path)).status_code == 401
    editor = await desk.orders.client("directory_editor")
    assert (await editor.get(path)).status_code == 403


async def test_the_desk_sees_why_each_vendor_was_asked_and_moves_the_order(desk: Desk) -> None:
    agent = await desk.orders.client("agent")
    order = await opened(desk, agent)
    await desk.offer(str(order["id"]))
    path = f"{ORDERS}/{order['id']}"
    seen = (await agent.get(path)).json()
    assert seen["offers"][0]["reason"]["why"] == "rotation"
    assert "take_over" in seen["moves"]
    stale = {"move": "take_over", "version": order["version"], "note": "居民很急"}
    assert (await agent.post(f"{path}/moves", json=stale)).status_code == 409
    moved = await agent.post(f"{path}/moves", json={**stale, "version": seen["version"]})
    assert moved.json()["state"] == "unplaced"
    by_state = (await agent.get(ORDERS, params={"state": "unplaced"})).json()["items"]
    assert [one["id"] for one in by_state] == [order["id"]]


async def test_lists_go_on_where_they_stopped(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        desk.town.session = session
        for _ in range(3):
            await desk.town.order()
    agent = await desk.orders.client("agent")
    first = (await agent.get(ORDERS, params={"limit": 2})).json()
    rest = (await agent.get(ORDERS, params={"limit": 2, "after": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


async def test_an_order_needs_a_service_of_vendors_and_a_district(desk: Desk) -> None:
    agent = await desk.orders.client("agent")
    body = {"ticket_id": str(desk.ticket_id), "entry_id": "svc-unknown"}
    assert (await agent.post(ORDERS, json=body)).status_code == 422
    assert (await agent.post(ORDERS, json=body | {"nonsense": 1})).status_code == 422


async def test_vendors_are_listed_by_service_and_seen_by_their_districts(desk: Desk) -> None:
    own = await desk.vendors.client("district_supervisor", DISTRICT)
    listed = (await own.get("/api/v1/vendors", params={"service_id": UNBLOCK})).json()["items"]
    assert [one["key"] for one in listed] == ["ven-001", "ven-002"]
    assert listed[0]["lacking"] == []
    stranger = await desk.vendors.client("district_supervisor", "海南区")
    assert (await stranger.get("/api/v1/vendors")).json()["items"] == []
    path = f"/api/v1/vendors/{listed[0]['id']}"
    assert (await stranger.get(path)).status_code == 404
    file = await own.get(path)
    assert file.json()["phone_masked"] == "139****0001"
    assert "13900000001" not in file.text


async def test_a_paper_goes_from_the_district_to_the_city(desk: Desk) -> None:
    district = await desk.vendors.client("district_supervisor", DISTRICT)
    city = await desk.vendors.client("city_supervisor")
    vendor = (await district.get("/api/v1/vendors")).json()["items"][0]
    body = {"kind": "健康证", "number": "9", "issuer": "疾控中心", "expires_on": "2027-05-01"}
    made = await district.post(f"/api/v1/vendors/{vendor['id']}/documents", json=body)
    assert made.status_code == 201, made.text
    (review,) = (await district.get("/api/v1/vendor-reviews")).json()["items"]
    path = f"/api/v1/vendor-reviews/{review['id']}"
    assert (await district.post(f"{path}/approve")).status_code == 403
    assert (await city.post(f"{path}/approve")).status_code == 409
    assert (await district.post(f"{path}/collect", json={"note": "已核"})).status_code == 200
    assert (await city.post(f"{path}/approve")).json()["state"] == "approved"
    papers = (await city.get(f"/api/v1/vendors/{vendor['id']}")).json()["papers"]
    assert papers[-1] == {"document": "健康证", "number": "9", "expires": "2027-05-01"}
    soon = (await city.get("/api/v1/vendor-expiries", params={"days": 300})).json()["items"]
    assert [one["document"] for one in soon] == ["健康证"]


async def test_a_vendor_gets_the_link_to_its_own_pages(desk: Desk) -> None:
    agent = await desk.vendors.client("district_supervisor", DISTRICT)
    vendor = (await agent.get("/api/v1/vendors")).json()["items"][0]
    sent = await agent.post(f"/api/v1/vendors/{vendor['id']}/pages-link")
    assert sent.json() == {"is_sent": True}


async def test_another_districts_review_and_objection_are_not_there(desk: Desk) -> None:
    district = await desk.vendors.client("district_supervisor", DISTRICT)
    vendor = (await district.get("/api/v1/vendors")).json()["items"][0]
    asked = await district.post(f"/api/v1/vendors/{vendor['id']}/renewal")
    path = f"/api/v1/vendor-reviews/{asked.json()['id']}"
    for role in ("district_supervisor", "agent"):
        stranger = await desk.vendors.client(role, "海南区")
        for act in ("collect", "approve", "refuse", f"objections/{uuid4()}/answer"):
            assert (await stranger.post(f"{path}/{act}", json={"x": 1})).status_code == 404
    city = await desk.vendors.client("city_supervisor")
    for nothing in (f"/api/v1/vendor-reviews/{uuid4()}", "/api/v1/vendor-reviews/nothing"):
        assert (await city.post(f"{nothing}/approve")).status_code == 404
    answer = {"is_upheld": False, "answer": "已核实"}
    assert (await city.post(f"{path}/objections/{uuid4()}/answer", json=answer)).status_code == 404


async def test_the_orders_vendor_names_nobody_yet_and_a_desk_sees_so(desk: Desk) -> None:
    agent = await desk.orders.client("agent")
    order = await opened(desk, agent)
    path = f"{ORDERS}/{order['id']}/workers"
    assert (await agent.get(path)).json() == {"items": []}
    stranger = await desk.orders.client("agent", "海南区")
    assert (await stranger.get(path)).status_code == 404
