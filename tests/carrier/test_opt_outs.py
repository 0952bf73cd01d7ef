"""A phone that says STOP gets nothing more from that number, until it says START."""

import asyncio
from typing import Any

import httpx2
import pytest

from hotline.carrier import CarrierSettings
from hotline.carrier.opt_outs import Keyword, keyword_of, reply_to
from hotline.db import Database
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT, HOTLINE, TOKEN
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest
from tests.carrier.test_store import running

RESIDENT, NEIGHBOR = "+8615148300001", "+8615148300002"
SERVICE = "MG" + "0123456789abcdef" * 2
REFUSED = (400, 21610)
MESSAGE = {"From": HOTLINE, "To": RESIDENT, "Body": "您的工单已办结"}


async def text(client: httpx2.AsyncClient, body: str, sender: str = RESIDENT) -> None:
    reply = await client.post("/carrier/phone/messages", json={"from": sender, "body": body})
    assert reply.status_code == 200, reply.text


async def got(client: httpx2.AsyncClient, address: str = RESIDENT) -> list[dict[str, Any]]:
    """What the phone was sent, oldest first."""
    reply = await client.get("/carrier/phone/messages", params={"address": address})
    return [item for item in reply.json()["items"] if item["direction"] != "inbound"]


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        *((word, Keyword.STOP) for word in ("STOP", "stopall", "Unsubscribe", " cancel\n")),
        *((word, Keyword.STOP) for word in ("END", "quit", "REVOKE", "OptOut")),
        *((word, Keyword.START) for word in ("START", "yes", "UNSTOP")),
        *((word, Keyword.HELP) for word in ("HELP", "info")),
        *((words, None) for words in ("STOP PLEASE", "please cancel", "stop.", "退订", "1", "")),
    ],
)
def test_only_a_message_of_one_such_word_counts(body: str, keyword: Keyword | None) -> None:
    assert keyword_of(body) is keyword


async def test_stop_is_confirmed_and_the_number_may_write_no_more(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await text(phone.client, "Stop")
    assert await rest.refused("POST", "Messages.json", **MESSAGE) == REFUSED
    told = await got(phone.client)
    assert [item["body"] for item in told] == [reply_to(Keyword.STOP, "en")]
    assert told[0]["body"].startswith("You have successfully been unsubscribed.")
    asked = await application.wait_for("/sms")
    assert asked["Body"] == "Stop"
    assert "OptOutType" not in asked.fields


async def test_the_confirmation_itself_is_delivered(phone: Phone, rest: Rest) -> None:
    await text(phone.client, "STOP")
    (sent,) = (await rest.get("Messages.json", To=RESIDENT))["messages"]
    assert (sent["direction"], sent["from"]) == ("outbound-reply", HOTLINE)
    while sent["status"] in ("queued", "sent"):
        await asyncio.sleep(0.01)
        sent = await rest.get(f"Messages/{sent['sid']}.json")
    assert sent["status"] == "delivered"


async def test_other_phones_and_other_numbers_are_not_meant(phone: Phone, rest: Rest) -> None:
    await rest.create("IncomingPhoneNumbers.json", PhoneNumber="+8647312345")
    await text(phone.client, "STOP")
    assert (await rest.create("Messages.json", **MESSAGE | {"To": NEIGHBOR}))["sid"]
    assert (await rest.create("Messages.json", **MESSAGE | {"From": "+8647312345"}))["sid"]
    plain = MESSAGE | {"From": HOTLINE.removeprefix("+"), "To": RESIDENT.removeprefix("+")}
    assert await rest.refused("POST", "Messages.json", **plain) == REFUSED


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
async def test_start_lifts_it(phone: Phone, rest: Rest, word: str) -> None:
    await text(phone.client, "QUIT")
    await text(phone.client, word)
    assert (await rest.create("Messages.json", **MESSAGE))["status"] == "queued"
    bodies = [item["body"] for item in await got(phone.client)]
    assert bodies[1] == reply_to(Keyword.START, "en")
    assert bodies[1].startswith("You have successfully been re-subscribed")


async def test_what_changes_nothing_is_not_answered(phone: Phone, application: Application) -> None:
    """Two machines that answer each other would never end."""
    for word in ("START", "STOP", "STOP", "HELP"):
        await text(phone.client, word)
    await application.wait_for("/sms", 4)
    assert [item["body"] for item in await got(phone.client)] == [reply_to(Keyword.STOP, "en")]


async def test_help_is_answered(phone: Phone, application: Application) -> None:
    await text(phone.client, "info")
    assert (await application.wait_for("/sms"))["Body"] == "info"
    assert [item["body"] for item in await got(phone.client)] == [
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    ]


async def test_an_answer_of_the_application_to_a_stopped_phone_fails(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/sms", twiml('<Message statusCallback="/reply">再见</Message>'))
    await text(phone.client, "STOP")
    told = await application.wait_for("/reply")
    assert (told["MessageStatus"], told["ErrorCode"]) == ("failed", "21610")
    failed = await rest.get(f"Messages/{told['MessageSid']}.json")
    assert (failed["status"], failed["error_code"], failed["direction"]) == (
        "failed",
        21610,
        "outbound-reply",
    )
    assert failed["error_message"] == "Attempt to send to unsubscribed recipient"


async def test_a_messaging_service_accepts_and_tells_of_the_refusal_later(
    phone: Phone, application: Application, rest: Rest
) -> None:
    """Its sender is chosen after the answer."""
    await text(phone.client, "STOP")
    made = await rest.create(
        "Messages.json",
        To=RESIDENT,
        MessagingServiceSid=SERVICE,
        Body="好",
        StatusCallback="http://app.test/message",
    )
    assert (made["status"], made["error_code"]) == ("accepted", None)
    told = await application.wait_for("/message")
    assert (told["MessageStatus"], told["ErrorCode"]) == ("failed", "21610")


async def test_it_outlives_the_process_and_is_not_readable(
    settings: CarrierSettings, database: Database, application: Application
) -> None:
    async with running(settings, database, application.client()) as phone:
        await text(phone.client, "STOP")
        await text(phone.client, "STOP", NEIGHBOR)
        await text(phone.client, "START", NEIGHBOR)
    rows = await database.raw.fetch("SELECT sid, sealed FROM carrier.resource")
    assert not any("15148300001" in row["sid"] or b"15148300001" in row["sealed"] for row in rows)
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert await rest.refused("POST", "Messages.json", **MESSAGE) == REFUSED
        assert (await rest.create("Messages.json", **MESSAGE | {"To": NEIGHBOR}))["sid"]
        await text(phone.client, "START")
    async with running(settings, database, application.client()) as phone:
        rest = Rest(phone.client, ACCOUNT, TOKEN)
        assert (await rest.create("Messages.json", **MESSAGE))["sid"]


def test_the_city_s_own_network_answers_in_chinese() -> None:
    assert reply_to(Keyword.STOP, "zh-CN").startswith("您已退订")
