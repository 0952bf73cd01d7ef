"""Numbers, queues and messages by REST, and the text messages of phones."""

import pytest

from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

NUMBER_FIELDS = (
    "account_sid address_requirements address_sid api_version beta bundle_sid capabilities"
    " date_created date_updated emergency_address_sid emergency_address_status emergency_status"
    " friendly_name identity_sid origin phone_number sid sms_application_sid sms_fallback_method"
    " sms_fallback_url sms_method sms_url status status_callback status_callback_method trunk_sid"
    " type uri voice_application_sid voice_caller_id_lookup voice_fallback_method"
    " voice_fallback_url voice_method voice_receive_mode voice_url"
)
QUEUE_FIELDS = (
    "account_sid average_wait_time current_size date_created date_updated friendly_name max_size"
    " sid uri"
)
MESSAGE_FIELDS = (
    "account_sid api_version body date_created date_sent date_updated direction error_code"
    " error_message from messaging_service_sid num_media num_segments price price_unit sid status"
    " subresource_uris to uri"
)


SERVICE = "MG" + "0123456789abcdef" * 2


async def test_a_new_number_can_be_called_at_once(
    phone: Phone, application: Application, rest: Rest
) -> None:
    made = await rest.create(
        "IncomingPhoneNumbers.json",
        PhoneNumber="+86 473 12345",
        VoiceUrl="http://app.test/other#rc=2&rp=5xx",
        VoiceMethod="GET",
        FriendlyName="海勃湾区",
    )
    assert set(made) == set(NUMBER_FIELDS.split())
    assert made["phone_number"] == "+8647312345"
    assert made["voice_url"] == "http://app.test/other#rc=2&rp=5xx"
    await (await phone.dial(to="8647312345")).over()
    assert application.at("/other")[0].method == "GET"


async def test_numbers_are_found_by_their_digits(rest: Rest) -> None:
    listed = await rest.get("IncomingPhoneNumbers.json", PhoneNumber="+86473114")
    numbers = listed["incoming_phone_numbers"]
    assert [item["phone_number"] for item in numbers] == ["+86473114"]
    assert (await rest.get("IncomingPhoneNumbers.json", PhoneNumber="+999"))[
        "incoming_phone_numbers"
    ] == []


async def test_a_number_is_changed_and_an_empty_address_takes_it_away(
    phone: Phone, application: Application, rest: Rest
) -> None:
    number = (await rest.get("IncomingPhoneNumbers.json"))["incoming_phone_numbers"][0]
    path = f"IncomingPhoneNumbers/{number['sid']}.json"
    changed = await rest.update(path, VoiceUrl="http://app.test/new", StatusCallback="")
    assert changed["voice_url"] == "http://app.test/new"
    assert changed["status_callback"] is None
    assert changed["voice_fallback_url"] == "http://app.test/fallback"
    await (await phone.dial()).over()
    assert application.at("/new")
    await rest.delete(path)
    assert await rest.refused("GET", path) == (404, 20404)
    reply = await phone.client.post("/carrier/phone/calls", json={"to": "+86473114"})
    assert reply.status_code == 422


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 21421),
        ({"PhoneNumber": "abc"}, 21421),
        ({"PhoneNumber": "+86473114"}, 21422),
        ({"PhoneNumber": "+8647399", "VoiceUrl": "nowhere"}, 21402),
        ({"PhoneNumber": "+8647399", "VoiceMethod": "PUT"}, 21403),
    ],
)
async def test_a_number_that_cannot_be_served_is_refused(
    rest: Rest, fields: dict[str, str], code: int
) -> None:
    assert await rest.refused("POST", "IncomingPhoneNumbers.json", **fields) == (400, code)


async def test_a_queue_is_made_changed_and_deleted(rest: Rest) -> None:
    made = await rest.create("Queues.json", FriendlyName="support", MaxSize="7")
    assert set(made) == set(QUEUE_FIELDS.split())
    assert (made["max_size"], made["current_size"], made["average_wait_time"]) == (7, 0, 0)
    path = f"Queues/{made['sid']}.json"
    changed = await rest.update(path, FriendlyName="help", MaxSize="9")
    assert (changed["friendly_name"], changed["max_size"]) == ("help", 9)
    assert await rest.refused("POST", "Queues.json", FriendlyName="help") == (400, 22003)
    await rest.delete(path)
    assert await rest.refused("GET", path) == (404, 20404)


async def test_a_queue_with_callers_cannot_be_deleted(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml("<Enqueue>support</Enqueue>"))
    line = await phone.dial()
    await line.wait_for("enqueue")
    queue = (await rest.get("Queues.json"))["queues"][0]
    status, _ = await rest.refused("DELETE", f"Queues/{queue['sid']}.json")
    assert status == 400


async def test_a_message_is_queued_sent_and_delivered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    made = await rest.create(
        "Messages.json",
        To="+8613800000001",
        From="+86473114",
        Body="您的工单已办结",
        StatusCallback="http://app.test/message",
    )
    assert set(made) == set(MESSAGE_FIELDS.split())
    assert (made["status"], made["direction"]) == ("queued", "outbound-api")
    assert (made["num_segments"], made["num_media"]) == ("1", "0")
    last = await application.wait_for("/message", 2)
    told = [item["MessageStatus"] for item in application.at("/message")]
    assert told == ["sent", "delivered"]
    assert last["MessageSid"] == last["SmsSid"] == made["sid"]
    shown = await rest.get(f"Messages/{made['sid']}.json")
    assert shown["status"] == "delivered"
    assert shown["date_sent"].endswith("+0000")
    reply = await phone.client.get("/carrier/phone/messages", params={"address": "8613800000001"})
    assert [item["body"] for item in reply.json()["items"]] == ["您的工单已办结"]


async def test_a_messaging_service_accepts_first_and_chooses_the_sender(
    application: Application, rest: Rest
) -> None:
    made = await rest.create(
        "Messages.json",
        To="+8613800000001",
        MessagingServiceSid=SERVICE,
        Body="好",
        StatusCallback="http://app.test/message",
    )
    assert (made["status"], made["from"]) == ("accepted", None)
    assert made["messaging_service_sid"] == SERVICE
    last = await application.wait_for("/message", 3)
    told = [item["MessageStatus"] for item in application.at("/message")]
    assert told == ["queued", "sent", "delivered"]
    assert (last["From"], last["MessagingServiceSid"]) == ("+86473114", SERVICE)


async def test_a_message_may_stay_undelivered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.client.post("/carrier/phone/faults", json={"undelivered_messages": 1})
    made = await rest.create(
        "Messages.json",
        To="+8613800000001",
        From="+86473114",
        Body="好",
        StatusCallback="http://app.test/message",
    )
    last = await application.wait_for("/message", 2)
    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "30003")
    shown = await rest.get(f"Messages/{made['sid']}.json")
    assert (shown["status"], shown["error_code"]) == ("undelivered", 30003)
    assert shown["error_message"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"From": "+86473114", "Body": "x"}, 21604),
        ({"To": "+8613800000001", "Body": "x"}, 21603),
        ({"To": "+8613800000001", "From": "+86473114"}, 21602),
        ({"To": "nobody", "From": "+86473114", "Body": "x"}, 21211),
        ({"To": "client:a17", "From": "+86473114", "Body": "x"}, 21211),
        ({"To": "+86473114", "From": "86 473 114", "Body": "x"}, 21266),
        ({"To": "+8613800000001", "MessagingServiceSid": SERVICE}, 21619),
        ({"To": "+8613800000001", "MessagingServiceSid": "MG1", "Body": "x"}, 21705),
        ({"To": "+8613800000001", "From": "+86473114", "MediaUrl": "http://a/b.png"}, 21621),
        (
            {"To": "+8613800000001", "From": "114", "Body": "x", "ValidityPeriod": "36001"},
            21624,
        ),
        ({"To": "+8613800000001", "From": "114", "Body": "x", "StatusCallback": "x"}, 21609),
        ({"To": "+8613800000001", "From": "a name too long", "Body": "x"}, 21212),
        ({"To": "+8613800000001", "From": "+86473114", "Body": "x" * 1601}, 21617),
    ],
)
async def test_a_message_that_cannot_be_sent_is_refused(
    rest: Rest, fields: dict[str, str], code: int
) -> None:
    assert await rest.refused("POST", "Messages.json", **fields) == (400, code)


async def test_a_text_from_a_phone_is_answered_by_a_document(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/sms", twiml('<Message statusCallback="/reply">请按1</Message>'))
    sent = await phone.client.post(
        "/carrier/phone/messages", json={"from": "+8615148300001", "body": "查进度 12"}
    )
    asked = await application.wait_for("/sms")
    assert asked["Body"] == "查进度 12"
    assert asked["MessageSid"] == sent.json()["message_sid"]
    assert (asked["From"], asked["To"]) == ("+8615148300001", "+86473114")
    assert (asked["NumMedia"], asked["SmsStatus"]) == ("0", "received")
    await application.wait_for("/reply", 2)
    inbound = await rest.get(f"Messages/{sent.json()['message_sid']}.json")
    assert (inbound["direction"], inbound["status"]) == ("inbound", "received")
    replies = await rest.get("Messages.json", To="+8615148300001")
    assert [(item["body"], item["direction"]) for item in replies["messages"]] == [
        ("请按1", "outbound-reply")
    ]


async def test_the_text_of_a_message_can_be_taken_out(application: Application, rest: Rest) -> None:
    made = await rest.create(
        "Messages.json",
        To="+8613800000001",
        From="114",
        Body="私密",
        StatusCallback="http://app.test/message",
    )
    path = f"Messages/{made['sid']}.json"
    assert (await rest.update(path, Body=""))["body"] == ""
    assert await rest.refused("POST", path, Body="公开") == (400, 20001)
    assert await rest.refused("POST", path, Status="canceled") == (400, 30409)
    assert await rest.refused("DELETE", path) == (409, 20009)
    await application.wait_for("/message", 2)
    assert (await rest.get(f"Messages/{made['sid']}/Media.json"))["media_list"] == []
    await rest.delete(path)
    assert await rest.refused("GET", path) == (404, 20404)
