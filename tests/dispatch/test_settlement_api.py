"""The edges of settlement and standing: who may do what, and what is not seen is not there."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter
from openpyxl import load_workbook

from hotline.db import Database
from hotline.dispatch import roster_api, settlement_api, standing_api
from hotline.dispatch.ledger import owed_to_vendor
from hotline.dispatch.ledger_queries import balances_of
from hotline.settings import Settings
from tests.dispatch.accounts_of_town import on
from tests.dispatch.town import build_town
from tests.tickets.serving import Served

API = "/api/v1"


@dataclass
class Office:
    served: Served
    vendor_id: UUID

    async def as_city(self) -> httpx2.AsyncClient:
        return await self.served.client("city_supervisor")

    async def as_district(self, name: str = "海勃湾区") -> httpx2.AsyncClient:
        return await self.served.client("district_supervisor", name)

    @property
    def ledger(self) -> str:
        return f"{API}/vendors/{self.vendor_id}/ledger"


@pytest.fixture
async def office(database: Database, tmp_path: Any) -> Office:
    async with database.transaction() as session:
        town = await build_town(session)
        vendor = await town.vendor()
    router = APIRouter()
    router.include_router(settlement_api.router)
    router.include_router(standing_api.router)
    router.include_router(roster_api.router)
    return Office(Served(database, town.city, Settings(data_dir=tmp_path), router), vendor.id)


async def booked(office: Office, **given: Any) -> dict[str, Any]:
    city = await office.as_city()
    body = {"kind": "correction", "cents": 5_000, "note": "上月少记"} | given
    answer = await city.post(office.ledger, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_what_is_booked_is_read_with_both_sides(office: Office) -> None:
    made = await booked(office)
    assert [line["cents"] for line in made["lines"]] == [5_000, -5_000]
    read = (await (await office.as_district()).get(office.ledger)).json()
    assert (read["owed_cents"], read["payable_cents"], len(read["items"])) == (5_000, 5_000, 1)
    assert read["next"] is None


async def test_what_is_sent_again_with_its_key_is_booked_once(office: Office) -> None:
    city = await office.as_city()
    body = {"kind": "correction", "cents": 5_000, "note": "上月少记"}
    headers = {"Idempotency-Key": "once"}
    first, again = [await city.post(office.ledger, json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (201, first.json())
    other = await city.post(office.ledger, json=body | {"cents": 1}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    reversing = f"{API}/ledger-entries/{first.json()['id']}/reverse"
    headers = {"Idempotency-Key": "reversing"}
    for _ in range(2):
        done = await city.post(reversing, json={"reason": "记错了"}, headers=headers)
        assert done.status_code == 201
    read = (await city.get(office.ledger)).json()
    assert (read["owed_cents"], len(read["items"])) == (0, 2)


async def test_a_vendor_of_other_districts_is_not_there(office: Office) -> None:
    elsewhere = await office.as_district("海南区")
    assert (await elsewhere.get(office.ledger)).status_code == 404
    assert (await elsewhere.post(office.ledger, json={"kind": "x"})).status_code == 404
    city = await office.as_city()
    assert (await city.get(f"{API}/vendors/{uuid4()}/ledger")).status_code == 404
    assert (await city.get(f"{API}/vendors/nonsense/standing")).status_code == 404


async def test_an_agent_may_not_look_into_accounts(office: Office) -> None:
    agent = await office.served.client("agent")
    assert (await agent.get(office.ledger)).status_code == 403
    assert (await agent.get(f"{API}/settlements")).status_code == 403
    assert (await office.served.stranger().get(office.ledger)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "penalty", "cents": -1, "note": "爽约"},
        {"kind": "correction", "cents": 0, "note": "无"},
        {"kind": "order", "cents": 100, "note": "手工"},
        {"kind": "subsidy", "cents": 100, "note": "无派单"},
        {"kind": "deposit", "cents": 1.5, "note": "半分钱"},
        {"kind": "deposit", "cents": 100, "note": "多余", "extra": 1},
    ],
)
async def test_what_makes_no_entry_is_refused(office: Office, body: dict[str, Any]) -> None:
    city = await office.as_city()
    assert (await city.post(office.ledger, json=body)).status_code == 422


async def test_an_entry_is_reversed_once(office: Office) -> None:
    made = await booked(office)
    city = await office.as_city()
    address = f"{API}/ledger-entries/{made['id']}/reverse"
    assert (await city.post(address, json={"reason": "记错了"})).status_code == 201
    again = await city.post(address, json={"reason": "记错了"})
    assert (again.status_code, again.json()["code"]) == (409, "entry_taken_back")
    assert (await city.get(office.ledger)).json()["owed_cents"] == 0


async def settled(office: Office) -> dict[str, Any]:
    await booked(office)
    with on(12, 3):
        city = await office.as_city()
        made = await city.post(f"{API}/settlements", json={"month": "2026-11"})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_a_month_is_settled_by_the_city_when_it_is_due(office: Office) -> None:
    await booked(office)
    city = await office.as_city()
    listed = (await city.get(f"{API}/settlements")).json()
    assert (listed["due_month"], listed["is_due"]) == ("2026-11", False)
    early = await city.post(f"{API}/settlements", json={"month": "2026-11"})
    assert (early.status_code, early.json()["code"]) == (409, "month_not_over")
    with on(12, 3):
        district = await office.as_district()
        refused = await district.post(f"{API}/settlements", json={"month": "2026-11"})
        assert refused.status_code == 403
        made = await (await office.as_city()).post(f"{API}/settlements", json={"month": "2026-11"})
        assert made.json()["closing_cents"] == 5_000


async def test_statements_are_handed_out_as_files(office: Office) -> None:
    one = await settled(office)
    city = await office.as_city()
    (row,) = (await city.get(f"{API}/settlements/{one['id']}/statements")).json()["items"]
    pdf = await city.get(f"{API}/statements/{row['id']}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert "filename*=UTF-8''%E7%BB%93" in pdf.headers["content-disposition"]
    assert pdf.content.startswith(b"%PDF-")
    for address in (f"statements/{row['id']}/workbook", f"settlements/{one['id']}/workbook"):
        book = await city.get(f"{API}/{address}")
        assert "spreadsheetml" in book.headers["content-type"]
        assert book.content.startswith(b"PK")
    report = (await city.get(f"{API}/settlements/{one['id']}/reconciliation")).json()
    assert report["is_balanced"] is True
    elsewhere = await office.as_district("海南区")
    assert (await elsewhere.get(f"{API}/statements/{row['id']}/pdf")).status_code == 404


async def test_a_pay_out_goes_through_two_hands(office: Office) -> None:
    one = await settled(office)
    with on(12, 4):
        district, city = await office.as_district(), await office.as_city()
        prepared = await district.post(f"{API}/settlements/{one['id']}/payouts")
        (payout,) = prepared.json()["items"]
        address = f"{API}/payouts/{payout['id']}"
        assert payout["is_mine"] is True
        assert (await district.post(f"{address}/approve")).status_code == 403
        paid_early = await district.post(f"{address}/paid", json={"bank_reference": "0001"})
        assert paid_early.status_code == 409
        approved = await city.post(f"{address}/approve")
        assert (approved.json()["state"], approved.json()["is_mine"]) == ("approved", False)
        paid = await district.post(f"{address}/paid", json={"bank_reference": "建行1204"})
        assert paid.json()["state"] == "paid"
    async with office.served.database.transaction() as session:
        assert owed_to_vendor(await balances_of(session, office.vendor_id)) == 0


async def test_one_person_alone_pays_nothing(office: Office) -> None:
    one = await settled(office)
    with on(12, 4):
        city = await office.as_city()
        prepared = await city.post(f"{API}/settlements/{one['id']}/payouts")
        (payout,) = prepared.json()["items"]
        alone = await city.post(f"{API}/payouts/{payout['id']}/approve")
        assert (alone.status_code, alone.json()["code"]) == (403, "payout_same_person")
        back = await city.post(f"{API}/payouts/{payout['id']}/refuse", json={"reason": "撤回重报"})
        assert back.json()["state"] == "refused"


async def test_fee_rules_are_read_and_set(office: Office) -> None:
    city = await office.as_city()
    shipped = (await city.get(f"{API}/fee-rules")).json()
    assert shipped["rules"][0]["is_for_elders"] is True
    body = {
        "version": shipped["version"], "valid_from": "2026-11-01",
        "rules": [{"name": "每单一元", "fixed_cents": 100}],
    }  # fmt: skip
    assert (
        await (await office.as_district()).put(f"{API}/fee-rules", json=body)
    ).status_code == 403
    assert (await city.put(f"{API}/fee-rules", json=body)).status_code == 200
    late = await city.put(f"{API}/fee-rules", json=body | {"rules": []})
    assert (late.status_code, late.json()["code"]) == (409, "stale_version")
    now = (await city.get(f"{API}/fee-rules")).json()
    assert now["version"] == shipped["version"] + 1
    (rule,) = now["rules"]
    assert (rule["name"], rule["fixed_cents"]) == ("每单一元", 100)


async def test_a_vendor_is_barred_and_lifted_over_the_api(office: Office) -> None:
    district, city = await office.as_district(), await office.as_city()
    body = {"kind": "suspension", "reason_code": "poor_service", "reason": "多次爽约",
            "until": "2026-12-25T00:00:00+08:00"}  # fmt: skip
    bar = (await district.post(f"{API}/vendors/{office.vendor_id}/bars", json=body)).json()
    address = f"{API}/vendor-bars/{bar['id']}/lift"
    assert (await district.post(address, json={"reason": "已整改"})).status_code == 403
    assert (await city.post(address, json={"reason": "已整改"})).json()["lifted_at"]
    told = (await city.get(f"{API}/vendors/{office.vendor_id}/standing")).json()
    assert [one["reason_code"] for one in told["bars"]] == ["poor_service"]
    assert (await city.get(f"{API}/vendor-grades")).json() == {"month": None, "items": []}
    assert (await city.get(f"{API}/dispatch-fairness")).json()["categories"] == []
    assert (await city.get(f"{API}/vendor-appeals")).json() == {"items": []}


async def test_the_roster_is_a_workbook_of_those_that_one_may_see(office: Office) -> None:
    await booked(office, kind="deposit", cents=300_000, note="缴存")
    got = await (await office.as_district()).get(f"{API}/vendor-roster")
    vendors, prices, papers = load_workbook(BytesIO(got.content)).worksheets
    (row,) = [[cell.value for cell in line] for line in vendors.iter_rows(min_row=2)]
    told = dict(zip([cell.value for cell in vendors[1]], row, strict=True))
    shown = [told[f"{name}（只供查看）"] for name in ("状态", "保证金（元）")]
    assert (told["编码"], *shown) == ("ven-001", "可派", 3000)
    assert [cell.value for cell in prices[2]][3:] == ["管道疏通", "次", 80, 200]
    assert papers["C2"].value == "营业执照"
    elsewhere = await (await office.as_district("海南区")).get(f"{API}/vendor-roster")
    assert load_workbook(BytesIO(elsewhere.content)).worksheets[0].max_row == 1
