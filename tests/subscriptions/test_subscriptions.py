"""From an event to a receiver, through API, log, follower and job, with real commits."""

import base64
import hmac
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx2
import orjson
import pytest
from fastapi import APIRouter
from sqlalchemy import text

from hotline import clock
from hotline.db import Database, Role, open_database
from hotline.events.sequencer import number_events
from hotline.jobs.worker import Worker
from hotline.settings import Settings
from hotline.subscriptions import api, jobs
from hotline.subscriptions.following import follow_once
from hotline.telephony.public_hosts import public_client
from hotline.tickets import api as tickets_api
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import City, build_city
from tests.tickets.serving import Served

HOOKS = "/api/v1/subscriptions"
TICKETS = "/api/v1/tickets"
WISH = {
    "name": "区政务平台",
    "url": "https://hooks.example/in",
    "event_types": ["ticket.opened", "ticket.moved"],
}


class Receiver:
    """Another system; `answers` are the statuses that it gives, the last one for ever."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.answers: list[int | Exception] = [204]
        self.heard: list[httpx2.Request] = []

    def hear(self, request: httpx2.Request) -> httpx2.Response:
        self.heard.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer)

    async def settle(self) -> None:
        """Number, follow, and carry out what is due."""
        await number_events(self.database.raw)
        while await follow_once(self.database):
            continue
        wire = httpx2.MockTransport(self.hear)
        async with public_client(resolve=_public, within=wire) as client:
            await Worker(self.database, jobs.runners(client)).run_due()

    async def hurry(self, by: timedelta = timedelta(days=4)) -> None:
        """Waiting jobs become due, as if time had passed."""
        async with self.database.transaction() as session:
            sooner = text(
                "UPDATE job SET run_at = run_at - CAST(:by AS interval) WHERE done_at IS NULL"
            )
            await session.execute(sooner, {"by": by})
        await self.settle()


async def _public(_host: str, _port: int) -> Sequence[str]:
    return ["93.184.216.34"]


@pytest.fixture
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city: City = await build_city(session)
    router = APIRouter()
    router.include_router(api.router)
    router.include_router(tickets_api.router)
    settings = Settings(data_dir=tmp_path_factory.mktemp("served"))
    yield Served(database, city, settings, router)
    await database.close()


@pytest.fixture
def receiver(served: Served) -> Receiver:
    return Receiver(served.database)


async def subscribed(client: httpx2.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post(HOOKS, json=WISH | given)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def opened(served: Served, district: str = "海勃湾区") -> dict[str, Any]:
    agent = await served.client("agent")
    body = {"kind": "help", "title": "暖气不热", "description": "我家电话13847312345不热",
            "district": district, "subject_code": "A01-01-01",
            "caller_number": "13847312345"}  # fmt: skip
    answer = await agent.post(TICKETS, json=body)
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()
    return ticket


async def deliveries(client: httpx2.AsyncClient, hook: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(f"{HOOKS}/{hook['id']}/deliveries")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_an_event_arrives_signed_and_without_anybodys_words(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    ticket = await opened(served)
    await receiver.settle()
    (sent,) = receiver.heard
    body = orjson.loads(sent.content)
    assert body["type"] == "ticket.opened"
    assert body["data"]["ticket_id"] == ticket["id"]
    assert body["data"]["status"] == "registered"
    assert "暖气" not in sent.content.decode()
    assert "138" not in body["data"].get("number", "")
    signed = f"{sent.headers['webhook-id']}.{sent.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    code = base64.b64encode(hmac.new(key, signed + sent.content, sha256).digest()).decode()
    assert sent.headers["webhook-signature"] == f"v1,{code}"
    (logged,) = await deliveries(boss, hook)
    assert (logged["state"], logged["attempt_count"]) == ("delivered", 1)


async def test_a_district_is_told_of_its_own_tickets_only(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("district_supervisor", "乌达区")
    await subscribed(boss)
    await opened(served, "海勃湾区")
    own = await opened(served, "乌达区")
    await receiver.settle()
    told = [orjson.loads(one.content)["data"]["ticket_id"] for one in receiver.heard]
    assert told == [own["id"]]


async def test_what_fails_is_tried_again_with_the_same_id_and_logged(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    await opened(served)
    receiver.answers = [500, httpx2.ReadTimeout("slow"), 200]
    await receiver.settle()
    (waiting,) = await deliveries(boss, hook)
    assert waiting["state"] == "pending"
    assert waiting["next_at"] is not None
    shown = (await boss.get(f"{HOOKS}/{hook['id']}")).json()
    assert shown["failing_since"] is not None
    await receiver.hurry()
    await receiver.hurry()
    assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1
    detail = (await boss.get(f"{HOOKS}/{hook['id']}/deliveries/{waiting['id']}")).json()
    assert detail["state"] == "delivered"
    tries = [(one["status_code"], one["error"]) for one in detail["attempts"]]
    assert tries == [(500, None), (None, "timeout"), (200, None)]
    shown = (await boss.get(f"{HOOKS}/{hook['id']}")).json()
    assert shown["failing_since"] is None
    assert shown["delivered_at"] is not None


async def test_what_never_arrives_is_given_up_and_can_be_delivered_by_hand(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    await opened(served)
    receiver.answers = [503]
    await receiver.settle()
    for _ in range(12):
        await receiver.hurry()
    (failed,) = await deliveries(boss, hook)
    assert (failed["state"], failed["attempt_count"]) == ("failed", 9)
    receiver.answers = [200]
    since = {"since": (clock.now() - timedelta(hours=1)).isoformat()}
    again = await boss.post(f"{HOOKS}/{hook['id']}/redelivery", json=since)
    assert (again.status_code, again.json()) == (202, {"count": 1})
    await receiver.settle()
    (arrived,) = await deliveries(boss, hook)
    assert arrived["state"] == "delivered"
    once_more = await boss.post(f"{HOOKS}/{hook['id']}/deliveries/{failed['id']}/redelivery")
    assert once_more.status_code == 202
    await receiver.settle()
    assert len({(one.headers["webhook-id"], one.content) for one in receiver.heard}) == 1
    assert len(receiver.heard) == 11


@pytest.mark.parametrize(("status", "reason"), [(410, "gone"), (500, "failing")])
async def test_a_receiver_that_is_gone_or_long_dead_is_switched_off_and_on_again(
    served: Served, receiver: Receiver, status: int, reason: str
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    async with served.database.transaction() as session:
        since = clock.now() - timedelta(days=3)
        await session.execute(text("UPDATE subscription SET failing_since = :at"), {"at": since})
    await opened(served)
    receiver.answers = [status]
    await receiver.settle()
    off = (await boss.get(f"{HOOKS}/{hook['id']}")).json()
    assert (off["is_active"], off["disabled_reason"]) == (False, reason)
    await opened(served)
    await receiver.settle()
    assert len(receiver.heard) == 1
    refused = await boss.post(f"{HOOKS}/{hook['id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "subscription_off")
    on = await boss.patch(
        f"{HOOKS}/{hook['id']}", json={"version": off["version"], "is_active": True}
    )
    assert on.json()["is_active"] is True
    receiver.answers = [200]
    await opened(served)
    await receiver.settle()
    assert len(receiver.heard) == 2


async def test_the_test_button_sends_a_delivery_like_any_other(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss, event_types=["directory.published"])
    assert (await boss.post(f"{HOOKS}/{hook['id']}/test")).status_code == 202
    await receiver.settle()
    (sent,) = receiver.heard
    assert orjson.loads(sent.content)["type"] == "subscription.tested"


async def test_two_followers_make_one_delivery_of_an_event(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    await opened(served)
    await number_events(served.database.raw)
    assert await follow_once(served.database) + await follow_once(served.database) == 1
    assert len(await deliveries(boss, hook)) == 1


async def test_while_a_secret_is_replaced_both_count(served: Served, receiver: Receiver) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    new = (await boss.post(f"{HOOKS}/{hook['id']}/secret")).json()
    assert new["secret"] != hook["secret"]
    await opened(served)
    await receiver.settle()
    assert len(receiver.heard[0].headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/in", "https://127.0.0.1/in", "https://localhost/in", "https://[::1]/",
     "https://10.0.0.1/in", "https://user:pass@hooks.example/", "ftp://hooks.example/", "nonsense"],
)  # fmt: skip
async def test_an_address_inside_our_network_is_refused_at_once(served: Served, url: str) -> None:
    boss = await served.client("city_supervisor")
    answer = await boss.post(HOOKS, json=WISH | {"url": url})
    assert answer.status_code == 422, answer.text


async def test_the_secret_is_shown_once_and_never_read_again(served: Served) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    listed = (await boss.get(HOOKS)).text
    assert hook["secret"] not in listed
    assert hook["id"] in listed


async def test_another_districts_subscription_does_not_exist(served: Served) -> None:
    hook = await subscribed(await served.client("district_supervisor", "海勃湾区"))
    other = await served.client("district_supervisor", "乌达区")
    path = f"{HOOKS}/{hook['id']}"
    answers = [
        await other.get(path), await other.delete(path), await other.post(f"{path}/test"),
        await other.patch(path, json={"version": 1, "name": "x"}),
        await other.post(f"{path}/secret"),
        await other.get(f"{path}/deliveries"),
        await other.post(HOOKS, json=WISH | {"organization_id": str(served.city.ids["海勃湾区"])}),
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [404] * len(answers)
    assert (await other.get(HOOKS)).json() == {"items": []}
    clerk = await served.client("unit_handler", "unit-海勃湾区")
    assert (await clerk.get(HOOKS)).status_code == 403


async def test_a_subscription_that_is_removed_takes_its_log_along(
    served: Served, receiver: Receiver
) -> None:
    boss = await served.client("city_supervisor")
    hook = await subscribed(boss)
    await opened(served)
    await receiver.settle()
    assert (await boss.delete(f"{HOOKS}/{hook['id']}")).status_code == 204
    assert (await boss.get(f"{HOOKS}/{hook['id']}")).status_code == 404
    await opened(served)
    await receiver.settle()
    assert len(receiver.heard) == 1
