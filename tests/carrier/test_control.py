"""Redirect, Reject, Hangup, Leave, and when a call is answered."""

import asyncio

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest


async def test_redirect_goes_to_another_document_for_good(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml("<Redirect>next?a=1&amp;b=2</Redirect><Say>不到这里</Say>"))
    application.on("/next", twiml('<Say>到了</Say><Redirect method="GET">/last</Redirect>'))
    line = await phone.dial()
    acts = await line.over()
    assert [item["act"] for item in acts] == ["redirect", "say", "redirect", "hangup"]
    assert acts[0]["detail"] == {"url": "http://app.test/next?a=1&b=2"}
    asked = application.at("/next")[0]
    assert (asked.method, asked["a"], asked["b"]) == ("POST", "1", "2")
    assert application.at("/last")[0].method == "GET"


async def test_a_redirect_alone_does_not_answer(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Redirect>/next</Redirect>"))
    await (await phone.dial()).over()
    assert application.at("/next")[0]["CallStatus"] == "ringing"


async def test_an_empty_redirect_asks_for_its_own_document_again(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml("<Redirect/>"), twiml("<Say>好</Say>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["redirect", "say", "hangup"]


async def test_a_rejected_call_is_never_answered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml("<Reject/><Say>不到这里</Say>"))
    line = await phone.dial()
    acts = await line.over()
    assert [item["act"] for item in acts] == ["reject", "hangup"]
    assert acts[0]["detail"] == {"reason": "rejected"}
    assert acts[1]["detail"] == {"by": "document"}
    call = await rest.get(f"Calls/{line.sid}.json")
    assert (call["status"], call["duration"]) == ("no-answer", None)
    told = await application.wait_for("/status")
    assert (told["CallStatus"], told["CallDuration"]) == ("no-answer", "0")


async def test_a_call_may_be_rejected_as_busy(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Reject reason="busy"/>'))
    line = await phone.dial()
    await line.over()
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "busy"


async def test_rejecting_an_answered_call_hangs_up(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Say>好</Say><Reject reason="busy"/>'))
    line = await phone.dial()
    await line.over()
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "completed"


async def test_hangup_answers_and_ends(phone: Phone, application: Application, rest: Rest) -> None:
    application.on("/voice", twiml("<Hangup/><Say>不到这里</Say>"))
    line = await phone.dial()
    acts = await line.over()
    assert [item["detail"] for item in acts] == [{"by": "document"}]
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "completed"


async def test_a_document_without_verbs_ends_the_call(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml())
    line = await phone.dial()
    assert [item["act"] for item in await line.over()] == ["hangup"]
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "completed"


async def test_a_pause_first_delays_answering(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Pause length="20"/><Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("pause")
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "ringing"
    await line.wait_for("say")
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "in-progress"


async def test_hanging_up_before_the_answer_is_no_answer(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Pause length="60"/>'))
    line = await phone.dial()
    await line.wait_for("pause")
    assert await line.hang_up()
    await line.over()
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "no-answer"


async def test_leave_outside_of_a_queue_does_nothing(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml("<Leave/><Say>好</Say>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["say", "hangup"]


async def test_unknown_verbs_are_skipped(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<say>小写</say><Dance/>", "文字", "<Say>好</Say>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["say", "hangup"]


async def test_the_end_is_told_once_with_times(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Say>", "一" * 20, "</Say>"))
    line = await phone.dial()
    await line.over()
    told = await application.wait_for("/status")
    assert told["CallSid"] == line.sid
    assert told["CallStatus"] == "completed"
    assert lasted(int(told["CallDuration"]), 4)
    assert told["Duration"] == "1"
    assert told["CallbackSource"] == "call-progress-events"
    assert told["SequenceNumber"] == "0"
    assert told["Timestamp"].endswith("+0000")
    await asyncio.sleep(0.02)
    assert len(application.at("/status")) == 1


async def test_what_every_request_carries(phone: Phone, application: Application) -> None:
    line = await phone.dial(**{"from": "+86 151-4830-0001"})
    await line.over()
    asked = application.at("/voice")[0]
    assert asked.fields == {
        "CallSid": line.sid,
        "AccountSid": "AC" + "0123456789abcdef" * 2,
        "From": "+8615148300001",
        "To": "+86473114",
        "Caller": "+8615148300001",
        "Called": "+86473114",
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
    }
