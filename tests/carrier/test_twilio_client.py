"""Twilio's own client works with the carrier and understands every answer."""

from datetime import datetime
from typing import Any

import httpx2
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hotline.telephony.capabilities import CARRIER
from hotline.telephony.client import HostRefused, Telephony
from hotline.telephony.provider import Provider
from tests.carrier.application import Application, twiml
from tests.carrier.conftest import ACCOUNT, TOKEN
from tests.carrier.phone import Phone

TO = "+8613800000001"


class Wire(AsyncHttpClient):
    """Sends the client's requests to the carrier instead."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        super().__init__(None, True, None)
        self._client = client

    async def request(self, method: str, url: str, **sent: Any) -> Response:  # type: ignore[override]
        reply = await self._client.request(
            method,
            url.replace("https://api.twilio.com", "http://carrier.test"),
            params=sent["params"] or None,
            data=sent["data"] or None,
            headers=sent["headers"],
            auth=sent["auth"],
        )
        return Response(reply.status_code, reply.text, dict(reply.headers))


@pytest.fixture
def twilio(client: httpx2.AsyncClient) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=Wire(client))


async def test_calls(twilio: Client, phone: Phone, application: Application) -> None:
    await phone.ring(TO, "answer")
    application.on("/outbound", twiml('<Say loop="0">好</Say>'))
    call = await twilio.calls.create_async(
        to=TO,
        from_="+86473114",
        url="http://app.test/outbound",
        status_callback="http://app.test/leg",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert isinstance(call.date_created, datetime)
    await phone.line(str(call.sid)).wait_for("say")
    ended = await twilio.calls(str(call.sid)).update_async(status="completed")
    assert ended.status == "completed"
    await application.wait_for("/leg", 4)
    listed = await twilio.calls.list_async(to=TO)
    assert [item.sid for item in listed] == [call.sid]
    with pytest.raises(TwilioRestException) as caught:
        await twilio.calls(str(call.sid)).update_async(url="http://app.test/next")
    assert (caught.value.status, caught.value.code) == (400, 21220)


async def test_every_page_is_read(twilio: Client, phone: Phone) -> None:
    lines = [await phone.dial() for _ in range(5)]
    for line in lines:
        await line.over()
    listed = await twilio.calls.list_async(page_size=2)
    assert [item.sid for item in listed] == [line.sid for line in reversed(lines)]


async def test_conferences_and_participants(
    twilio: Client, phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml("<Dial><Conference>room-1</Conference></Dial>"))
    caller = await phone.dial()
    await caller.wait_for("join")
    await phone.ring("client:a17", "answer")
    room = (await twilio.conferences.list_async(friendly_name="room-1"))[0]
    agent = await twilio.conferences(str(room.sid)).participants.create_async(
        from_="+86473114", to="client:a17", label="agent", early_media=True
    )
    made = await twilio.conferences(str(room.sid)).participants.list_async()
    assert [person.call_sid for person in made] == [agent.call_sid, caller.sid]
    assert made[-1].status == "connected"
    held = await twilio.conferences(str(room.sid)).participants(caller.sid).update_async(hold=True)
    assert held.hold is True
    assert await twilio.conferences(str(room.sid)).participants(caller.sid).delete_async()
    assert (await twilio.conferences(str(room.sid)).fetch_async()).friendly_name == "room-1"


async def test_queues_and_members(twilio: Client, phone: Phone, application: Application) -> None:
    queue = await twilio.queues.create_async("support", max_size=5)
    assert (queue.max_size, queue.current_size) == (5, 0)
    application.on("/voice", twiml("<Enqueue>support</Enqueue>"))
    application.on("/join", twiml("<Say>好</Say>"))
    caller = await phone.dial()
    await caller.wait_for("enqueue")
    members = twilio.queues(str(queue.sid)).members
    assert [item.call_sid for item in await members.list_async()] == [caller.sid]
    front = twilio.queues(str(queue.sid)).members("Front")
    assert (await front.update_async(url="http://app.test/join")).position == 1
    await caller.over()


async def test_numbers_messages_and_recordings(
    twilio: Client, phone: Phone, application: Application
) -> None:
    number = await twilio.incoming_phone_numbers.create_async(phone_number="+8647399")
    assert number.capabilities["voice"]
    await twilio.incoming_phone_numbers(str(number.sid)).update_async(
        voice_url="http://app.test/voice"
    )
    message = await twilio.messages.create_async(to=TO, from_="+8647399", body="好")
    assert isinstance(message.date_created, datetime)
    application.on("/voice", twiml('<Record maxLength="2" timeout="0" action="/done"/>'))
    await (await phone.dial(to="+8647399")).over()
    recordings = await twilio.recordings.list_async()
    assert len(recordings) == 1
    assert isinstance(recordings[0].start_time, datetime)
    assert await twilio.recordings(str(recordings[0].sid)).delete_async()


async def test_the_hotline_finds_its_texts_there_and_hears_of_a_stop(
    client: httpx2.AsyncClient, phone: Phone
) -> None:
    host = Telephony(
        Provider(ACCOUNT, TOKEN, ("http://app.test",)), CARRIER, "http://carrier.test", client
    )
    text = {"to": TO, "from_": "+86473114", "body": "您好", "status_url": "http://app.test/told"}
    sid = await host.send_message(**text)
    await phone.client.post("/carrier/phone/messages", json={"from": TO, "body": "STOP"})
    found = await host.sent_messages(to=TO, from_="+86473114")
    assert [(one.sid, one.body) for one in found if one.body == "您好"] == [(sid, "您好")]
    assert all(one.created_at is not None and one.error is None for one in found)
    with pytest.raises(HostRefused) as refused:
        await host.send_message(**text)
    assert refused.value.code == 21610
