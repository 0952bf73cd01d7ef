"""What people keep for their work, over HTTP: views, bulk actions, inbox, who else is here."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from hotline import clock
from hotline.db import Role, open_database
from hotline.settings import Settings
from hotline.tickets import api, desk_api
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import build_city
from tests.tickets.serving import Served
from tests.tickets.test_api import TICKETS, opened

BULK, INBOX, VIEWS = "/api/v1/ticket-bulk", "/api/v1/inbox", "/api/v1/ticket-views"
HOME = "海勃湾区"


@pytest.fixture
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    router = APIRouter()
    for edge in (api, desk_api):
        router.include_router(edge.router)
    yield Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("served")), router)
    await database.close()


async def moved(client: httpx2.AsyncClient, ticket: dict[str, Any], **move: Any) -> dict[str, Any]:
    body = {"version": ticket["version"], **move}
    answer = await client.post(f"{TICKETS}/{ticket['id']}/moves", json=body)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def me(client: httpx2.AsyncClient, ticket: dict[str, Any]) -> dict[str, Any]:
    """The account of a client, as the ticket that it takes shows it."""
    body = {"version": ticket["version"]}
    taken = await client.post(f"{TICKETS}/{ticket['id']}/take", json=body)
    person: dict[str, Any] = taken.json()["assignee"]
    return person


# Views


async def test_an_own_view_is_nobody_elses_and_a_shared_one_goes_down_the_tree(
    served: Served,
) -> None:
    dispatcher = await served.client("dispatcher")
    wish = {"name": "今天到期", "query": {"sort": "due", "status": "in_progress"}}
    own = await dispatcher.post(VIEWS, json=wish)
    shared = await dispatcher.post(VIEWS, json=wish | {"name": "全市督办", "is_shared": True})
    assert (own.status_code, shared.status_code) == (201, 201)
    clerk = await served.client("unit_handler", f"unit-{HOME}")
    seen = (await clerk.get(VIEWS)).json()["items"]
    assert [(one["name"], one["is_shared"], one["may_change"]) for one in seen] == [
        ("全市督办", True, False)
    ]
    assert len((await dispatcher.get(VIEWS)).json()["items"]) == 2
    foreign = await clerk.delete(f"{VIEWS}/{own.json()['id']}")
    refused = await clerk.delete(f"{VIEWS}/{shared.json()['id']}")
    assert (foreign.status_code, refused.status_code) == (404, 403)


async def test_a_districts_shared_view_is_not_seen_in_another_district(served: Served) -> None:
    boss = await served.client("district_supervisor", HOME)
    await boss.post(VIEWS, json={"name": "本区", "query": {}, "is_shared": True})
    for role, key in (("district_supervisor", "乌达区"), ("city_supervisor", "city")):
        other = await served.client(role, key)
        assert (await other.get(VIEWS)).json()["items"] == []


async def test_only_who_dispatches_may_share_a_view(served: Served) -> None:
    agent = await served.client("agent")
    wish = {"name": "我的", "query": {"q": "暖气"}}
    assert (await agent.post(VIEWS, json=wish | {"is_shared": True})).status_code == 403
    view = (await agent.post(VIEWS, json=wish)).json()
    changed = await agent.put(f"{VIEWS}/{view['id']}", json=wish | {"name": "供热"})
    assert changed.json()["name"] == "供热"
    assert (await agent.delete(f"{VIEWS}/{view['id']}")).status_code == 204
    assert (await agent.get(VIEWS)).json()["items"] == []


async def test_what_cannot_be_stored_or_searched_is_refused(served: Served) -> None:
    agent = await served.client("agent")
    bad = await agent.post(VIEWS, json={"name": "我的", "query": {"q": "\x00"}})
    assert bad.status_code == 422
    ticket = await opened(agent)
    people = await agent.get(f"{TICKETS}/{ticket['id']}/people", params={"q": "\x00"})
    assert people.status_code == 422


# Filters


async def test_every_column_narrows_the_list(served: Served) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    heat = await opened(agent)
    other = await opened(
        agent, kind="suggestion", title="公交", description="多一趟车", district="乌达区",
        subject_code="A11-01-01", caller_number="13900001111", urgency="urgent",
    )  # fmt: skip
    mine = await me(dispatcher, heat)
    day = timedelta(days=1)
    wanted: list[tuple[dict[str, Any], list[Any]]] = [
        ({"kind": "help"}, [heat]),
        ({"kind": ["help", "suggestion"]}, [other, heat]),
        ({"urgency": "urgent"}, [other]),
        ({"subject": "A01"}, [heat]),
        ({"subject": "A01-01-01"}, [heat]),
        ({"assignee": mine["id"]}, [heat]),
        ({"unassigned": True}, [other]),
        ({"caller": "13900001111"}, [other]),
        ({"caller": "13900002222"}, []),
        ({"confidential": True}, []),
        ({"card": "red"}, []),
        ({"supervised": True}, []),
        ({"created_from": (clock.now() - day).isoformat()}, [other, heat]),
        ({"created_to": (clock.now() - day).isoformat()}, []),
    ]
    for params, expected in wanted:
        page = (await dispatcher.get(TICKETS, params=params)).json()
        assert [one["id"] for one in page["items"]] == [one["id"] for one in expected], params


@pytest.mark.parametrize("bound", ["created_from", "created_to", "due_before"])
async def test_a_list_of_days_has_every_ticket_once_over_pages_the_newest_first(
    served: Served, bound: str
) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    unit = str(served.city.ids["city-unit"])
    made = [await moved(agent, await opened(agent), move="send") for _ in range(5)]
    for ticket in made:
        await moved(dispatcher, ticket, move="dispatch", organization_id=unit)
    far = timedelta(days=-400 if bound == "created_from" else 400)
    seen = await pages(dispatcher, {bound: (clock.now() + far).isoformat(), "limit": 2})
    assert [one["id"] for one in seen] == [one["id"] for one in reversed(made)]


async def test_a_confidential_informant_is_not_found_by_their_number(served: Served) -> None:
    agent = await served.client("agent")
    await opened(agent, confidential=True, kind="report")
    page = (await agent.get(TICKETS, params={"caller": "13847312345"})).json()
    assert page["items"] == []


async def test_sorted_by_due_the_earliest_open_ticket_comes_first_over_pages(
    served: Served,
) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    unit = str(served.city.ids["city-unit"])
    for urgency in ("normal", "urgent", "normal"):
        sent = await moved(agent, await opened(agent, urgency=urgency), move="send")
        await moved(dispatcher, sent, move="dispatch", organization_id=unit)
    due = [one["due_at"] for one in await pages(dispatcher, {"sort": "due", "limit": 2})]
    assert len(due) == 3
    assert due == sorted(due)


async def pages(client: httpx2.AsyncClient, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Every ticket of a list, page after page."""
    page = (await client.get(TICKETS, params=params)).json()
    found: list[dict[str, Any]] = page["items"]
    while page["next"]:
        page = (await client.get(TICKETS, params=params | {"after": page["next"]})).json()
        found += page["items"]
    return found


# Bulk


async def test_each_ticket_of_many_gets_a_result_of_its_own(served: Served) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    ready = [await moved(agent, await opened(agent), move="send") for _ in range(2)]
    raw = await opened(agent)
    stale = await moved(agent, await opened(agent), move="send")
    items = [{"ticket_id": one["id"], "version": one["version"]} for one in (*ready, raw)]
    items += [{"ticket_id": stale["id"], "version": 1}, {"ticket_id": str(uuid4()), "version": 1}]
    body = {"action": "move", "items": items, "to_proposed": True, "move": {"move": "dispatch"}}
    answer = await dispatcher.post(BULK, json=body)
    assert answer.status_code == 200, answer.text
    results = answer.json()["items"]
    codes = [one["code"] for one in results]
    assert codes == [None, None, "illegal_move", "stale_version", "not_found"]
    assert [one["ticket"]["status"] for one in results[:2]] == ["to_sign", "to_sign"]
    assert (await agent.get(f"{TICKETS}/{stale['id']}")).json()["status"] == "to_dispatch"


async def test_many_are_taken_and_remarked_on_once_for_one_key(served: Served) -> None:
    agent = await served.client("agent")
    tickets = [await opened(agent) for _ in range(3)]
    items = [{"ticket_id": one["id"], "version": one["version"]} for one in tickets]
    body = {"action": "comment", "items": items, "text": "统一回复"}
    for _ in range(2):
        answer = await agent.post(BULK, json=body, headers={"Idempotency-Key": "k1"})
        assert [one["code"] for one in answer.json()["items"]] == [None] * 3
    timeline = (await agent.get(f"{TICKETS}/{tickets[0]['id']}/timeline")).json()["items"]
    assert [one["name"] for one in timeline].count("ticket.commented") == 1
    taken = await agent.post(BULK, json={"action": "take", "items": items})
    assert all(one["ticket"]["assignee"] for one in taken.json()["items"])


@pytest.mark.parametrize(
    "body",
    [{"action": "comment"}, {"action": "move"}, {"action": "take", "twice": True}],
)
async def test_a_bulk_action_that_is_not_whole_is_refused(
    served: Served, body: dict[str, Any]
) -> None:
    agent = await served.client("agent")
    item = {"ticket_id": str(uuid4()), "version": 1}
    times = 2 if body.pop("twice", False) else 1
    answer = await agent.post(BULK, json=body | {"items": [item] * times})
    assert answer.status_code == 422


# Watching, mentions, inbox


async def test_who_watches_is_told_once_until_they_look(served: Served) -> None:
    agent, boss = await served.client("agent"), await served.client("city_supervisor")
    ticket = await opened(agent)
    assert (await boss.put(f"{TICKETS}/{ticket['id']}/watchers/me")).status_code == 204
    assert (await boss.get(f"{TICKETS}/{ticket['id']}/watchers")).json()["is_mine"] is True
    ticket = await moved(agent, ticket, move="send")
    await agent.post(f"{TICKETS}/{ticket['id']}/comments", json={"text": "请尽快"})
    inbox = (await boss.get(INBOX)).json()
    assert inbox["unread"] == 1
    assert [(one["why"], one["note"]) for one in inbox["items"]] == [("watched", "请尽快")]
    await boss.post(f"{INBOX}/read", json={"ids": [inbox["items"][0]["id"]]})
    assert (await boss.get(INBOX)).json()["unread"] == 0
    await boss.post(f"{TICKETS}/{ticket['id']}/comments", json={"text": "我自己写的"})
    assert (await boss.get(INBOX)).json()["unread"] == 0
    await boss.delete(f"{TICKETS}/{ticket['id']}/watchers/me")
    await agent.post(f"{TICKETS}/{ticket['id']}/comments", json={"text": "再看"})
    assert (await boss.get(INBOX)).json()["unread"] == 0


async def test_who_is_mentioned_is_told_and_must_be_able_to_see_the_ticket(
    served: Served,
) -> None:
    agent = await served.client("agent")
    dispatcher = await served.client("dispatcher", HOME)
    stranger = await served.client("dispatcher", "乌达区")
    ticket = await opened(agent)
    other = await opened(agent, district="乌达区")
    known, foreign = await me(dispatcher, ticket), await me(stranger, other)
    path = f"{TICKETS}/{ticket['id']}"
    found = (await agent.get(f"{path}/people", params={"q": "dispatcher"})).json()["items"]
    assert known in found
    assert foreign not in found
    told = {"text": "@他 请看", "mentions": [known["id"]]}
    assert (await agent.post(f"{path}/comments", json=told)).status_code == 201
    refused = await agent.post(f"{path}/comments", json=told | {"mentions": [foreign["id"]]})
    assert refused.status_code == 422
    assert (await dispatcher.get(INBOX)).json()["items"][0]["why"] == "mentioned"
    assert (await stranger.get(INBOX)).json() == {"items": [], "unread": 0}


async def test_what_one_no_longer_sees_is_gone_from_the_inbox(served: Served) -> None:
    agent, boss = await served.client("agent"), await served.client("district_supervisor", HOME)
    ticket = await opened(agent)
    await boss.put(f"{TICKETS}/{ticket['id']}/watchers/me")
    await agent.post(f"{TICKETS}/{ticket['id']}/comments", json={"text": "好"})
    assert (await boss.get(INBOX)).json()["unread"] == 1
    body = {"version": ticket["version"], "district": "乌达区"}
    amended = await agent.patch(f"{TICKETS}/{ticket['id']}", json=body)
    assert amended.status_code == 200, amended.text
    assert (await boss.get(INBOX)).json() == {"items": [], "unread": 0}


async def test_the_wake_up_of_an_inbox_tells_ids_and_is_for_everybody_signed_in(
    served: Served,
) -> None:
    agent, boss = await served.client("agent"), await served.client("city_supervisor")
    ticket = await opened(agent)
    await boss.put(f"{TICKETS}/{ticket['id']}/watchers/me")
    await agent.post(f"{TICKETS}/{ticket['id']}/comments", json={"text": "好"})
    async with served.database.transaction() as session:
        row = (await session.execute(text(
            "SELECT scope, payload FROM event WHERE name = 'inbox.added'"
        ))).one()  # fmt: skip
    assert row.scope == "account:self"
    assert set(row.payload) == {"account_id", "ticket_id"}


# Who else is here


async def test_two_who_have_a_ticket_open_know_of_each_other(served: Served) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    ticket = await opened(agent)
    path = f"{TICKETS}/{ticket['id']}/viewers/me"
    assert (await agent.put(path, json={})).json() == {"items": []}
    seen = (await dispatcher.put(path, json={"is_writing": True})).json()["items"]
    assert [one["is_writing"] for one in seen] == [False]
    seen = (await agent.put(path, json={})).json()["items"]
    assert [one["is_writing"] for one in seen] == [True]
    await dispatcher.delete(path)
    assert (await agent.put(path, json={})).json() == {"items": []}


async def test_who_fell_silent_is_not_here_any_more(served: Served) -> None:
    agent, dispatcher = await served.client("agent"), await served.client("dispatcher")
    ticket = await opened(agent)
    path = f"{TICKETS}/{ticket['id']}/viewers/me"
    with clock.stopped(clock.now() - timedelta(minutes=1)):
        await dispatcher.put(path, json={})
    assert (await agent.put(path, json={})).json() == {"items": []}


# Another hotline


async def test_a_ticket_is_referred_to_another_hotline_and_closed_with_its_result(
    served: Served,
) -> None:
    agent = await served.client("agent")
    ticket = await opened(agent)
    bare = {"version": ticket["version"], "move": "refer", "note": "属外市"}
    refused = await agent.post(f"{TICKETS}/{ticket['id']}/moves", json=bare)
    assert refused.status_code == 422
    ticket = await moved(
        agent, ticket, move="refer", note="属外市管辖", receiver="银川12345", reference="YC-1"
    )
    assert (ticket["status"], ticket["referred_to"]) == ("referred", "银川12345")
    assert ticket["referral_number"] == "YC-1"
    sent = (await agent.get(f"{TICKETS}/{ticket['id']}/messages")).json()["items"]
    assert sent[-1]["template"] == "sms_ticket_referred"
    ticket = await moved(agent, ticket, move="close_referred", note="对方已修复")
    assert ticket["status"] == "closed"


async def test_a_referral_that_was_wrong_is_taken_up_again(served: Served) -> None:
    agent, boss = await served.client("agent"), await served.client("city_supervisor")
    ticket = await opened(agent)
    ticket = await moved(agent, ticket, move="refer", note="属外市管辖", receiver="银川12345")
    ticket = await moved(boss, ticket, move="revert", note="对方退回")
    assert ticket["status"] == "registered"
