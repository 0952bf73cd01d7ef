"""/api/v1/tickets as a console meets it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from hotline.db import Role, open_database
from hotline.settings import Settings
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import build_city
from tests.tickets.serving import Served

TICKETS = "/api/v1/tickets"
BODY = {
    "kind": "help",
    "title": "暖气不热",
    "description": "我家暖气不热，电话13847312345",
    "district": "海勃湾区",
    "subject_code": "A01-01-01",
    "caller_number": "13847312345",
}


@pytest.fixture(scope="module")
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    yield Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("served")))
    await database.close()


async def opened(client: httpx2.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post(TICKETS, json=BODY | given)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def test_a_ticket_is_opened_read_and_listed_with_the_same_fields(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent)
    assert ticket["district"] == "海勃湾区"
    assert ticket["custody"]["tier"] == "city"
    assert ticket["subject"] == "室内温度不达标"
    assert ticket["moves"][:2] == ["answer", "send"]
    assert "13847312345" not in str(ticket)
    read = await agent.get(f"{TICKETS}/{ticket['id']}")
    listed = await agent.get(TICKETS)
    assert read.json() == ticket
    assert listed.json()["items"][0] == ticket


async def test_a_reader_is_shown_the_moves_of_the_reader(served: Served) -> None:
    ticket = await opened(await served.client("agent"))
    dispatcher = await served.client("dispatcher")
    seen = (await dispatcher.get(f"{TICKETS}/{ticket['id']}")).json()
    assert "merge" in seen["moves"]
    assert "merge" not in ticket["moves"]


async def test_pages_follow_each_other_without_gap_or_repetition(served: Served) -> None:
    agent = await served.client("agent")
    made = [(await opened(agent, title=f"第{number}页"))["id"] for number in range(5)]
    found: list[str] = []
    after: str | None = None
    while len(found) < 5:
        params = {"limit": 2, **({"after": after} if after else {})}
        page = (await agent.get(TICKETS, params=params)).json()
        found += [item["id"] for item in page["items"]]
        after = page["next"]
    assert found[:5] == made[::-1]


@pytest.mark.parametrize(
    ("params", "is_found"),
    [
        ({"q": "噪声"}, True),
        ({"q": "施工 噪声"}, True),
        ({"q": "噪"}, True),
        ({"q": "噪光"}, False),
        ({"q": "%"}, False),
        ({"q": "_"}, False),
        ({"q": "13847312345"}, False),
        ({"district": "乌达区"}, True),
        ({"district": "海南区"}, False),
        ({"kind": "complaint"}, True),
        ({"kind": "praise"}, False),
        ({"status": "registered"}, True),
        ({"status": ["closed", "registered"]}, True),
        ({"status": "closed"}, False),
        ({"mine": "true"}, False),
        ({"due_before": "2030-01-01T00:00:00Z"}, True),
        ({"due_before": "2020-01-01T00:00:00Z"}, False),
    ],
)
async def test_lists_are_narrowed(served: Served, params: dict[str, Any], is_found: bool) -> None:
    agent = await served.client("agent")
    ticket = await opened(
        agent, title="夜间施工", description="工地噪声太大", district="乌达区", kind="complaint"
    )
    page = (await agent.get(TICKETS, params={"limit": 200, **params})).json()
    assert (ticket["id"] in [item["id"] for item in page["items"]]) is is_found


async def test_a_ticket_is_found_by_its_number_and_by_its_tail(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent)
    for q in (ticket["number"], ticket["number"][-6:], ticket["number"][-4:]):
        page = (await agent.get(TICKETS, params={"q": q, "limit": 200})).json()
        assert ticket["id"] in [item["id"] for item in page["items"]]


async def test_no_search_finds_a_confidential_ticket_by_its_words(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent, description="举报偷排黑烟", confidential=True)
    page = (await agent.get(TICKETS, params={"q": "偷排"})).json()
    assert page["items"] == []
    assert (ticket["caller_masked"], ticket["confidential"]) == (None, True)


async def test_taking_assigns_to_me_and_only_one_of_two_wins(served: Served) -> None:
    first, second = await served.client("agent"), await served.client("dispatcher")
    ticket = await opened(first)
    path = f"{TICKETS}/{ticket['id']}/take"
    answers = await asyncio.gather(
        *(client.post(path, json={"version": 1}) for client in (first, second))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won = next(answer for answer in answers if answer.status_code == 200)
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert won.json()["assignee"]["name"] in ("agent city", "dispatcher city")
    assert lost.json()["code"] == "stale_version"


async def test_a_comment_stands_in_the_timeline_masked(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent)
    path = f"{TICKETS}/{ticket['id']}"
    said = await agent.post(f"{path}/comments", json={"text": "回拨13947399999未接"})
    assert said.status_code == 201
    items = (await agent.get(f"{path}/timeline")).json()["items"]
    assert [item["name"] for item in items] == ["ticket.opened", "ticket.commented"]
    assert items[1] == said.json()
    assert items[1]["actor"] == {"name": "agent city", "organization": "乌海市"}
    assert "13947399999" not in str(items)
    assert (await agent.get(path)).json()["version"] == ticket["version"]


async def test_a_move_answers_the_ticket_as_it_is_now(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent)
    path = f"{TICKETS}/{ticket['id']}/moves"
    moved = await agent.post(path, json={"move": "send", "version": ticket["version"]})
    assert moved.status_code == 200, moved.text
    assert moved.json()["status"] == "to_dispatch"
    assert moved.json()["version"] > ticket["version"]
    stale = await agent.post(path, json={"move": "cancel", "version": 1, "note": "撤诉"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    version = moved.json()["version"]
    illegal = await agent.post(path, json={"move": "close", "version": version})
    assert (illegal.status_code, illegal.json()["code"]) == (409, "illegal_move")
    other = await agent.post(
        path, json={"move": "dispatch", "version": version, "organization_id": str(uuid4())}
    )
    assert (other.status_code, other.json()["code"]) == (403, "scope_missing")


async def test_the_same_key_opens_one_ticket(served: Served) -> None:
    agent = await served.client("agent")
    key = {"Idempotency-Key": uuid4().hex}
    answers = [await agent.post(TICKETS, json=BODY, headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    other = await agent.post(TICKETS, json=BODY | {"title": "另一件"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_the_same_key_at_once_opens_one_ticket(served: Served) -> None:
    agent = await served.client("agent")
    key = {"Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(*(agent.post(TICKETS, json=BODY, headers=key) for _ in range(4)))
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_key_belongs_to_one_person(served: Served) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    one = await (await served.client("agent")).post(TICKETS, json=BODY, headers=key)
    other = await (await served.client("dispatcher")).post(TICKETS, json=BODY, headers=key)
    assert one.json()["id"] != other.json()["id"]


async def test_a_refused_request_leaves_its_key_free(served: Served) -> None:
    agent = await served.client("agent")
    key = {"Idempotency-Key": uuid4().hex}
    refused = await agent.post(TICKETS, json=BODY | {"district": "朝阳区"}, headers=key)
    assert refused.status_code == 422
    assert (await agent.post(TICKETS, json=BODY, headers=key)).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "wish"},
        {"title": ""},
        {"title": "一" * 201},
        {"description": " "},
        {"description": "含\0字符"},
        {"colour": "red"},
        {"subject_code": "供热"},
        {"call_id": "x"},
        {"urgency": 5},
    ],
)
async def test_bad_input_is_422(served: Served, wrong: dict[str, Any]) -> None:
    answer = await (await served.client("agent")).post(TICKETS, json=BODY | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


@pytest.mark.parametrize(
    "params",
    [{"limit": 0}, {"limit": 201}, {"after": "x"}, {"status": "lost"}, {"q": "\0"},
     {"due_before": "2026-11-25T00:00:00"}],
)  # fmt: skip
async def test_bad_filters_are_422(served: Served, params: dict[str, Any]) -> None:
    answer = await (await served.client("agent")).get(TICKETS, params=params)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_nobody_signed_in_is_401(served: Served) -> None:
    for method, path in (("GET", TICKETS), ("POST", TICKETS), ("GET", f"{TICKETS}/{uuid4()}")):
        answer = await served.stranger().request(
            method, path, json={} if method == "POST" else None
        )
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_an_administrator_reads_no_tickets(served: Served) -> None:
    answer = await (await served.client("system_admin")).get(TICKETS)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_a_calendar_is_imported_and_told_by_the_city(served: Served) -> None:
    body = {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}
    leader, agent = await served.client("city_supervisor"), await served.client("agent")
    assert (await agent.get("/api/v1/calendars")).json()["missing"] == [2027]
    assert (await agent.post("/api/v1/calendars", json=body)).status_code == 403
    imported = await leader.post("/api/v1/calendars", json=body)
    assert imported.status_code == 201, imported.text
    assert imported.json()["day_count"] == 1
    assert (await agent.get("/api/v1/calendars")).json()["missing"] == []
    bad = await leader.post("/api/v1/calendars", json={"year": 2027, "days": [{"date": "x"}]})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_input")


async def test_a_tier_sets_its_limits(served: Served) -> None:
    leader = await served.client("city_supervisor")
    path = f"/api/v1/organizations/{served.city.ids['海南区']}/terms"
    body = {"limits": {"sign": {"normal": "2wh"}}, "office": [["09:00", "17:00"]]}
    answer = await leader.put(path, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["limits"] == body["limits"]
    bad = await leader.put(path, json={"limits": {"sign": {"normal": "bald"}}})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_input")


async def test_a_ticket_is_amended(served: Served) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent, subject_code=None)
    assert "send" not in ticket["moves"]
    path = f"{TICKETS}/{ticket['id']}"
    amended = await agent.patch(path, json={"version": 1, "subject_code": "A01-01-01"})
    assert amended.status_code == 200, amended.text
    assert amended.json()["subject"] == "室内温度不达标"
    assert "send" in amended.json()["moves"]
    stale = await agent.patch(path, json={"version": 1, "title": "改写"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
