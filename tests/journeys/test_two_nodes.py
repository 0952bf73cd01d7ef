"""Two nodes on one database: a call, a console and an edit may each be on either."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from hotline.db.embedded import EmbeddedPostgres
from hotline.installation import provider_of
from hotline.settings import Settings, Switch, Telephony
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.journeys.test_directory_edit import ASKED, AT_ONCE, WANTED, drafted, heard, moved
from tests.phone import Phone


@dataclass
class TwoNodes:
    """Behind one public address, as a balancer would have it."""

    a: City
    b: City

    def phone(self) -> Phone:
        provider = provider_of(self.a.settings)
        assert provider is not None
        return Phone(self.a.client, provider)

    def move(self, phone: Phone) -> None:
        """The balancer sends the next webhook to the other node."""
        phone.client = self.b.client if phone.client is self.a.client else self.a.client


@pytest.fixture
async def nodes(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[TwoNodes]:
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    public = f"http://127.0.0.1:{free_port()}"

    def settings() -> Settings:
        return Settings(
            data_dir=folder, port=free_port(), semantic=Switch.OFF, public_url=public,
            telephony=Telephony.TWILIO, twilio_account_sid="AC" + "2" * 32,
            twilio_auth_token=SecretStr("two nodes, one word"),
            twilio_api_url="http://127.0.0.1:9",
        )  # fmt: skip

    dsn = postgres.dsn(database=name)
    async with running(settings(), dsn) as a, running(settings(), dsn) as b:
        yield TwoNodes(a, b)


async def until_named(console: Any, name: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            frame: dict[str, Any] = json.loads(await console.recv())
            if frame.get("name") == name:
                return frame


async def test_a_call_goes_on_at_the_other_node_and_both_consoles_see_it_alike(
    nodes: TwoNodes,
) -> None:
    agent = await nodes.a.signed_in("agent-1")
    boss = await nodes.b.signed_in("supervisor-city")
    async with nodes.a.console(agent) as one, nodes.b.console(boss) as other:
        for console in (one, other):
            assert json.loads(await console.recv())["type"] == "ready"
        phone = await nodes.phone().dial()
        nodes.move(phone)
        await phone.say("我家暖气不热，我在滨河街道")
        assert "已经登记" in phone.now_hears
        nodes.move(phone)
        await phone.hang_up()
        seen = [await until_named(console, "ticket.opened") for console in (one, other)]
    assert seen[0]["seq"] == seen[1]["seq"]
    assert seen[0]["payload"]["id"] == seen[1]["payload"]["id"]


async def test_a_step_that_is_sent_again_to_the_other_node_gets_the_same_answer(
    nodes: TwoNodes,
) -> None:
    phone = await nodes.phone().dial()
    await phone.say("我家暖气不热，我在滨河街道")
    here = await phone.repeat_last()
    nodes.move(phone)
    assert await phone.repeat_last() == here
    assert "已经登记" in here
    boss = await nodes.a.signed_in("supervisor-city")
    assert len((await boss.get("/api/v1/tickets")).json()["items"]) == 1


async def test_a_session_begun_on_one_node_opens_the_other_and_ends_on_both(
    nodes: TwoNodes,
) -> None:
    boss = await nodes.a.signed_in("supervisor-city")
    cookies = dict(boss.cookies)
    nodes.b.client.cookies.update(cookies)
    assert (await nodes.b.client.get("/api/v1/me")).status_code == 200
    ended = await boss.delete("/api/v1/sessions/current", headers={"origin": nodes.a.url})
    assert ended.status_code == 204
    assert (await nodes.b.client.get("/api/v1/me")).status_code == 401


async def test_an_entry_published_on_one_node_is_heard_on_the_other_within_a_second(
    nodes: TwoNodes,
) -> None:
    editor = await nodes.a.signed_in("editor-house")
    reviewer = await nodes.a.signed_in("editor-2")
    draft = await drafted(editor, WANTED)
    submitted = (await moved(editor, draft, "submit")).json()
    approved = await moved(reviewer, submitted, "approve")
    assert approved.json()["state"] == "published"
    published = dialed = time.monotonic()
    while WANTED["summary"] not in await heard(nodes.b, ASKED):
        await asyncio.sleep(0.05)
        dialed = time.monotonic()
        assert dialed - published < 30
    assert dialed - published < AT_ONCE
