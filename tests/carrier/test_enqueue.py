"""Enqueue: waiting, the wait document, and every way out of the queue."""

import pytest
from starlette.responses import Response

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Line, Phone
from tests.carrier.rest import Rest

ENQUEUE = '<Enqueue waitUrl="/wait" action="/left">support</Enqueue>'


async def waiting(phone: Phone, application: Application, wait: str, *after: str) -> Line:
    application.on("/voice", twiml(ENQUEUE, *after))
    application.on("/wait", wait)
    line = await phone.dial()
    await line.wait_for("enqueue")
    await application.wait_for("/wait")
    return line


async def test_a_caller_hears_the_wait_document_again_and_again(
    phone: Phone, application: Application
) -> None:
    line = await waiting(phone, application, twiml("<Play>music.wav</Play>"))
    await line.wait_for("play", 3)
    assert (await line.kinds())[:4] == ["enqueue", "play", "play", "play"]
    first, second = application.at("/wait")[:2]
    assert (await line.acts())[0]["detail"] == {"queue": "support"}
    assert first["QueuePosition"] == "1"
    assert first["CurrentQueueSize"] == "1"
    assert first["MaxQueueSize"] == "1000"
    assert first["QueueSid"].startswith("QU")
    assert first["CallStatus"] == "in-progress"
    assert lasted(int(second["QueueTime"]), 3)
    assert second["AvgQueueTime"] == second["QueueTime"]


async def test_keys_are_heard_while_waiting(phone: Phone, application: Application) -> None:
    line = await waiting(
        phone, application, twiml('<Gather numDigits="1" action="/key" timeout="60"/>')
    )
    application.on("/key", twiml("<Leave/>"))
    await line.wait_for("gather")
    assert await line.press("1")
    key = await application.wait_for("/key")
    assert key["Digits"] == "1"
    assert key["QueuePosition"] == "1"
    left = await application.wait_for("/left")
    assert left["QueueResult"] == "leave"
    acts = await line.over()
    assert [item["act"] for item in acts] == ["enqueue", "gather", "leave", "hangup"]


async def test_after_an_action_the_wait_document_comes_again(
    phone: Phone, application: Application
) -> None:
    line = await waiting(
        phone, application, twiml('<Gather numDigits="1" action="/key" timeout="60"/>')
    )
    application.on("/key", twiml("<Say>收到</Say>"))
    await line.wait_for("gather")
    await line.press("2")
    await line.wait_for("gather", 2)
    assert await line.kinds() == ["enqueue", "gather", "say", "gather"]


async def test_leaving_without_an_action_goes_on_with_the_next_verb(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Enqueue waitUrl="/wait">support</Enqueue><Say>回来了</Say>'))
    application.on("/wait", twiml("<Leave/>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["enqueue", "leave", "say", "hangup"]


async def test_hanging_up_is_told(phone: Phone, application: Application, rest: Rest) -> None:
    line = await waiting(phone, application, twiml('<Play loop="0">music.wav</Play>'))
    await line.hang_up()
    left = await application.wait_for("/left")
    assert (left["QueueResult"], left["CallStatus"]) == ("hangup", "completed")
    assert (await rest.get("Queues.json"))["queues"][0]["current_size"] == 0


async def test_a_hangup_in_the_wait_document_is_told_too(
    phone: Phone, application: Application
) -> None:
    line = await waiting(phone, application, twiml("<Hangup/>"))
    assert (await application.wait_for("/left"))["QueueResult"] == "hangup"
    assert (await line.over())[-1]["detail"] == {"by": "document"}


async def test_diverting_by_rest_leaves_the_queue(
    phone: Phone, application: Application, rest: Rest
) -> None:
    line = await waiting(phone, application, twiml('<Play loop="0">music.wav</Play>'))
    application.on("/left", twiml("<Say>不会说</Say>"))
    application.on("/join", twiml("<Say>接通</Say>"))
    await rest.update(f"Calls/{line.sid}.json", Url="http://app.test/join")
    await line.over()
    assert (await application.wait_for("/left"))["QueueResult"] == "redirected"
    assert (await line.kinds())[-2:] == ["say", "hangup"]
    says = [item["detail"]["text"] for item in await line.acts() if item["act"] == "say"]
    assert says == ["接通"]


async def test_a_member_is_dequeued_by_rest(
    phone: Phone, application: Application, rest: Rest
) -> None:
    line = await waiting(phone, application, twiml('<Play loop="0">music.wav</Play>'))
    application.on("/join", twiml("<Say>接通</Say>"))
    queue = (await rest.get("Queues.json"))["queues"][0]
    members = await rest.get(f"Queues/{queue['sid']}/Members.json")
    assert [item["call_sid"] for item in members["queue_members"]] == [line.sid]
    taken = await rest.update(
        f"Queues/{queue['sid']}/Members/Front.json", Url="http://app.test/join", Method="GET"
    )
    assert (taken["call_sid"], taken["position"]) == (line.sid, 1)
    await line.over()
    assert application.at("/join")[0].method == "GET"
    assert (await application.wait_for("/left"))["QueueResult"] == "redirected"
    path = f"Queues/{queue['sid']}/Members/{line.sid}.json"
    assert await rest.refused("GET", path) == (404, 20404)


async def test_a_full_queue_takes_nobody(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await rest.create("Queues.json", FriendlyName="support", MaxSize="1")
    first = await waiting(phone, application, twiml('<Play loop="0">music.wav</Play>'))
    second = await phone.dial()
    assert (await application.wait_for("/left"))["QueueResult"] == "queue-full"
    assert "QueueTime" not in application.at("/left")[0].fields
    await second.over()
    await first.hang_up()


@pytest.mark.parametrize(
    "wait", [Response(status_code=500), Response("<Response>", media_type="text/xml")]
)
async def test_a_wait_document_that_fails_is_an_error(
    phone: Phone, application: Application, wait: Response
) -> None:
    application.on("/voice", twiml(ENQUEUE))
    application.on("/wait", wait)
    application.on("/left", twiml("<Say>转人工</Say>"))
    line = await phone.dial()
    await line.over()
    assert application.at("/left")[0]["QueueResult"] == "error"
    assert await line.kinds() == ["enqueue", "error", "say", "hangup"]


async def test_no_wait_document_means_music_and_an_empty_one_silence(
    phone: Phone, application: Application
) -> None:
    application.on(
        "/voice",
        twiml("<Enqueue>a</Enqueue>"),
        twiml('<Enqueue waitUrl="">b</Enqueue>'),
    )
    first = await phone.dial()
    music = await first.wait_for("play")
    assert music["detail"]["url"].startswith("http://carrier.test/")
    second = await phone.dial()
    await second.wait_for("enqueue")
    await phone.carrier.exchange.clock.sleep(8)
    assert await first.kinds() == ["enqueue", "play"]
    assert await second.kinds() == ["enqueue"]


async def test_a_queue_needs_a_name_of_at_most_64_characters(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Enqueue action="/left">', "x" * 65, "</Enqueue>"))
    await (await phone.dial()).over()
    assert application.at("/left")[0]["QueueResult"] == "error"


async def test_positions_move_up(phone: Phone, application: Application, rest: Rest) -> None:
    first = await waiting(phone, application, twiml('<Play loop="0">music.wav</Play>'))
    second = await phone.dial()
    assert (await application.wait_for("/wait", 2))["QueuePosition"] == "2"
    queue = (await rest.get("Queues.json"))["queues"][0]
    assert queue["current_size"] == 2
    await first.hang_up()
    await first.over()
    member = await rest.get(f"Queues/{queue['sid']}/Members/{second.sid}.json")
    assert member["position"] == 1


async def test_verbs_that_may_not_be_used_while_waiting_are_skipped(
    phone: Phone, application: Application
) -> None:
    line = await waiting(phone, application, twiml("<Dial>110</Dial><Record/><Say>请稍候</Say>"))
    await line.wait_for("say", 2)
    assert set(await line.kinds()) == {"enqueue", "say"}
