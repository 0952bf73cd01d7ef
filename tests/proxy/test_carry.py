"""Proxy handling over the API: authorization, officer, papers, steps, result; who may what."""

from typing import Any

import httpx2
import pytest

from tests.city import City

ENTRY = "svc-id-lost"


def authorization(**more: Any) -> dict[str, Any]:
    return {
        "entry_id": ENTRY, "district": "海勃湾区", "person": "张小明", "phone": "13900001234",
        "way": "counter", "is_given": True,
    } | more  # fmt: skip


class Matter:
    """One matter, seen and moved by several people."""

    def __init__(self, city: City, shown: dict[str, Any]) -> None:
        self.city, self.shown = city, shown
        self._people: dict[str, httpx2.AsyncClient] = {}

    @classmethod
    async def authorized(cls, city: City, **more: Any) -> "Matter":
        agent = await city.signed_in("agent-1")
        answer = await agent.post("/api/v1/proxy-matters", json=authorization(**more))
        assert answer.status_code == 201, answer.text
        return cls(city, answer.json())

    async def ask(self, who: str, path: str = "", body: Any = None, method: str = "POST") -> Any:
        if who not in self._people:
            self._people[who] = await self.city.signed_in(who)
        address = f"/api/v1/proxy-matters/{self.shown['id']}{path}"
        return await self._people[who].request(method, address, json=body)

    async def go(self, who: str, path: str, body: Any = None, method: str = "POST") -> None:
        answer = await self.ask(who, path, body, method)
        assert answer.status_code == 200, (path, answer.text)
        self.shown = answer.json()

    async def receive_all(self, who: str) -> None:
        for paper in self.shown["papers"]:
            await self.go(who, f"/papers/{paper['id']}", {"state": "received"}, "PUT")

    async def return_all(self, who: str) -> None:
        for paper in self.shown["papers"]:
            await self.go(who, f"/papers/{paper['id']}", {"state": "returned"}, "PUT")

    def step(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.shown["steps"][number - 1]
        return found


async def test_the_documents_and_steps_of_the_service_are_the_check_list(city: City) -> None:
    matter = await Matter.authorized(city)
    assert [paper["state"] for paper in matter.shown["papers"]] == ["needed"] * len(
        matter.shown["papers"]
    )
    assert matter.shown["papers"][0]["name"].startswith("居民户口簿")
    assert len(matter.shown["steps"]) > 1
    assert matter.shown["status"] == "authorized"
    assert (matter.shown["person_masked"], matter.shown["caller_masked"]) == (
        "张**", "139****1234",
    )  # fmt: skip
    assert "居民身份证丢失补领" in matter.shown["statement"]
    agent = await city.signed_in("agent-1")
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    assert (ticket["kind"], ticket["number"]) == ("proxy", matter.shown["number"])
    assert "张小明" not in str(ticket)


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"is_given": False}, 409, "not_authorized"),
        ({"way": "portal"}, 422, "invalid_input"),
        ({"way": "phone"}, 422, "invalid_input"),
        ({"way": "phone", "call_id": "01950000-0000-7000-8000-000000000000"}, 422, "invalid_input"),
        ({"entry_id": "none"}, 422, "invalid_input"),
        ({"entry_id": "svc-cv-drain"}, 422, "invalid_input"),
        ({"person": ""}, 422, "invalid_input"),
    ],
)
async def test_nothing_begins_without_a_recorded_yes(
    city: City, more: dict[str, Any], status: int, code: str
) -> None:
    agent = await city.signed_in("agent-1")
    answer = await agent.post("/api/v1/proxy-matters", json=authorization(**more))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await agent.get("/api/v1/tickets")).json()["items"] == []


async def test_the_recorded_call_is_the_authorization_by_telephone(city: City) -> None:
    phone = city.phone()
    await phone.dial()
    agent = await city.signed_in("agent-1")
    (call,) = (await agent.get("/api/v1/calls")).json()["items"]
    matter = await Matter.authorized(city, way="phone", call_id=call["id"])
    assert matter.shown["way"] == "phone"


async def test_only_the_officer_carries_it(city: City) -> None:
    matter = await Matter.authorized(city)
    for path, body in (("/begin", None), ("/finish", {"result": "granted", "note": "好"})):
        answer = await matter.ask("agent-1", path, body)
        assert answer.json()["code"] == "not_officer"
    await matter.go("agent-1", "/take")
    assert (await matter.ask("agent-2", "/take")).json()["code"] == "not_officer"
    await matter.go("supervisor-city", "/take")
    assert (await matter.ask("agent-1", "/begin")).json()["code"] == "not_officer"


async def test_the_way_waits_for_the_papers_and_the_end_for_their_return(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    assert (await matter.ask("agent-1", "/begin")).json()["code"] == "papers_missing"
    await matter.receive_all("agent-1")
    await matter.go("agent-1", "/begin")
    assert (await matter.ask("agent-1", "/begin")).json()["code"] == "step_not_current"
    done = {"result": "granted", "note": "办好了"}
    assert (await matter.ask("agent-1", "/finish", done)).json()["code"] == "steps_open"
    for number in range(1, len(matter.shown["steps"]) + 1):
        await matter.go("agent-1", f"/steps/{matter.step(number)['id']}/finish", {})
    assert (await matter.ask("agent-1", "/finish", done)).json()["code"] == "papers_kept"
    await matter.return_all("agent-1")
    await matter.go("agent-1", "/finish", done)
    assert (matter.shown["status"], matter.shown["result"]) == ("finished", "granted")
    agent = await city.signed_in("agent-1")
    (ticket,) = (await agent.get("/api/v1/tickets")).json()["items"]
    assert ticket["status"] == "closed"


async def test_a_refusal_may_end_the_way_early(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    await matter.go("agent-1", "/finish", {"result": "refused", "note": "户口不在本市"})
    assert matter.shown["result_note"] == "户口不在本市"
    assert (await matter.ask("agent-1", "/take")).json()["code"] == "matter_closed"


async def test_after_a_withdrawal_papers_only_go_back(city: City) -> None:
    matter = await Matter.authorized(city, entry_id="svc-id-first")
    await matter.go("agent-1", "/take")
    first, second, *_ = matter.shown["papers"]
    await matter.go("agent-1", f"/papers/{first['id']}", {"state": "received"}, "PUT")
    await matter.go("agent-1", "/withdraw")
    assert matter.shown["status"] == "withdrawn"
    assert (await matter.ask("agent-1", "/withdraw")).json()["code"] == "matter_closed"
    late = await matter.ask("agent-1", f"/papers/{second['id']}", {"state": "received"}, "PUT")
    assert late.json()["code"] == "paper_not_now"
    await matter.go("agent-1", f"/papers/{first['id']}", {"state": "returned"}, "PUT")


WAY = [
    {"name": "核验住房", "organization": "org-house", "working_days": 3},
    {"name": "现场查看", "organization": "org-chengguan", "working_days": 5},
    {"name": "发证", "organization": "org-house-hbw", "working_days": 2},
]


async def test_one_matter_goes_through_three_units_each_seeing_its_own_step(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    await matter.go("agent-1", "/steps", {"steps": WAY}, "PUT")
    await matter.receive_all("agent-1")
    units = ("unit-house", "unit-chengguan", "unit-house-hbw")
    for unit in units:
        assert (await matter.ask(unit, method="GET")).status_code == 404
    await matter.go("agent-1", "/begin")
    for number, unit in enumerate(units, start=1):
        step = matter.step(number)
        assert (step["state"], step["due_at"] is not None) == ("current", True)
        for other in units[number:]:
            hidden = await matter.ask(other, f"/steps/{step['id']}/finish", {})
            assert hidden.status_code == 404
        if number > 1:
            late = await matter.ask(units[0], f"/steps/{step['id']}/finish", {})
            assert late.json()["code"] == "not_your_step"
        await matter.go(unit, f"/steps/{step['id']}/finish", {"note": "核过，电话13900001234"})
    assert [step["state"] for step in matter.shown["steps"]] == ["done"] * 3
    assert "13900001234" not in str(matter.shown)
    assert (await matter.ask("unit-house", "/finish", {"result": "granted", "note": "好"})).json()[
        "code"
    ] == "not_officer"
    await matter.return_all("agent-1")
    await matter.go("agent-1", "/finish", {"result": "granted", "note": "证已领到"})
    assert matter.shown["result"] == "granted"


async def test_the_way_is_planned_before_it_is_begun_and_done_in_order(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    await matter.go("agent-1", "/steps", {"steps": WAY}, "PUT")
    await matter.receive_all("agent-1")
    await matter.go("agent-1", "/begin")
    again = await matter.ask("agent-1", "/steps", {"steps": WAY}, "PUT")
    assert again.json()["code"] == "step_not_current"
    early = await matter.ask("agent-1", f"/steps/{matter.step(2)['id']}/finish", {})
    assert early.json()["code"] == "step_not_current"
    assert (await matter.ask("supervisor-wuda", method="GET")).status_code == 404


@pytest.mark.parametrize("steps", [[], [{"name": "甲", "organization": "none", "working_days": 3}]])
async def test_a_way_needs_steps_of_known_units(city: City, steps: list[Any]) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    answer = await matter.ask("agent-1", "/steps", {"steps": steps}, "PUT")
    assert answer.status_code == 422


async def test_the_statement_is_read_before_the_yes(city: City) -> None:
    agent = await city.signed_in("agent-1")
    shown = (await agent.get(f"/api/v1/proxy-statements/{ENTRY}")).json()
    assert "可以随时撤回委托" in shown["statement"]
    assert (await agent.get("/api/v1/proxy-statements/none")).status_code == 404


async def test_lists_are_narrowed_to_open_and_own(city: City) -> None:
    matter = await Matter.authorized(city)
    await Matter.authorized(city, phone="13900005678")
    await matter.go("agent-1", "/take")
    agent = await city.signed_in("agent-1")

    async def count(**query: Any) -> int:
        answer = await agent.get("/api/v1/proxy-matters", params=query)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    assert await count() == 2
    assert await count(is_mine=True) == 1
    assert await count(is_open=True) == 2
    assert await count(is_open=False) == 0
    page = (await agent.get("/api/v1/proxy-matters", params={"limit": 1})).json()
    assert await count(after=page["next"]) == 1
