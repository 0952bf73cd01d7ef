"""Order a service to one's home; be called about one."""

import re
from typing import Any

import pytest

from tests.city import City
from tests.portal.conftest import Seen
from tests.portal.test_report import HTML, insist, post

ORDER = "/services/svc-cv-drain/order"
CALL = "/services/svc-id-lost/call-me"


def wanted(**more: str) -> dict[str, str]:
    return {
        "district": "海勃湾区", "address": "滨河街道林荫小区3号楼", "phone": "13900001234",
        "when": "明天上午", "note": "厨房下水道堵了", "vendor": "", "consent": "yes", "website": "",
    } | more  # fmt: skip


async def listed(city: City, path: str) -> list[dict[str, Any]]:
    supervisor = await city.signed_in("supervisor-city")
    items: list[dict[str, Any]] = (await supervisor.get(f"/api/v1/{path}")).json()["items"]
    return items


async def test_an_order_is_a_ticket_and_a_work_order(city: City) -> None:
    page = Seen((await city.client.get("/services/svc-cv-drain", headers=HTML)).text)
    assert ORDER in page.links
    answer = await post(city, ORDER, wanted())
    assert answer.status_code == 200, answer.text
    order_number, number, _ = re.findall(r"<dd>([\w-]+)</dd>", answer.text)
    (ticket,) = await listed(city, "tickets")
    assert (ticket["number"], ticket["kind"]) == (number, "service")
    (order,) = await listed(city, "work-orders")
    assert order["number"] == order_number
    assert "13900001234" not in str(order)


async def test_a_service_that_no_vendor_does_cannot_be_ordered(city: City) -> None:
    path = "/services/svc-id-lost/order"
    assert (await city.client.get(path, headers=HTML)).status_code == 404
    assert (await post(city, path, wanted())).status_code == 404
    page = Seen((await city.client.get("/services/svc-id-lost", headers=HTML)).text)
    assert path not in page.links


@pytest.mark.parametrize("field", ["district", "address", "phone"])
async def test_what_an_order_needs_is_asked_for(city: City, field: str) -> None:
    answer = await post(city, ORDER, wanted(**{field: ""}))
    assert answer.status_code == 422
    assert f"fault-{field}" in answer.text
    assert await listed(city, "tickets") == []


async def test_whoever_wants_to_be_called_gets_a_ticket_and_no_machine_dials(city: City) -> None:
    page = Seen((await city.client.get("/services/svc-id-lost", headers=HTML)).text)
    assert CALL in page.links
    answer = await post(city, CALL, {"phone": "13900001234", "when": "下午", "note": "要照片吗"})
    assert answer.status_code == 200
    (ticket,) = await listed(city, "tickets")
    assert (ticket["kind"], ticket["entry_id"]) == ("consult", "svc-id-lost")
    assert ticket["caller_masked"] == "139****1234"
    assert "要照片吗" in ticket["description"]
    assert await listed(city, "calls") == []


async def test_a_number_is_not_rung_up_by_strangers(city: City) -> None:
    for _ in range(3):
        assert (await insist(city, CALL, {"phone": "13900001234"})).status_code == 200
    assert (await post(city, CALL, {"phone": "+86 139-0000-1234"})).status_code == 429
    assert (await insist(city, CALL, {"phone": "13900009999"})).status_code == 200


async def test_five_wishes_an_hour_come_from_one_address(city: City) -> None:
    for count in range(5):
        assert (await insist(city, CALL, {"phone": f"1390000000{count}"})).status_code == 200
    assert (await post(city, CALL, {"phone": "13900000009"})).status_code == 429


@pytest.mark.parametrize(("path", "fields"), [(ORDER, wanted()), (CALL, {"phone": "13900001234"})])
async def test_robots_and_other_sites_open_nothing(
    city: City, path: str, fields: dict[str, str]
) -> None:
    assert (await post(city, path, fields | {"website": "spam"})).status_code == 422
    assert (await post(city, path, fields, Origin="https://bad.example")).status_code == 403
    assert await listed(city, "tickets") == []
