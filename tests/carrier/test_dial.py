"""Dial to numbers, clients and SIP addresses."""

import pytest

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Phone, child_of
from tests.carrier.rest import Rest


async def test_an_answered_line_is_bridged_until_it_hangs_up(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml('<Dial action="/after" timeout="20">+86 138-0000-0001</Dial>'))
    application.on("/after", twiml("<Say>再见</Say>"))
    line = await phone.dial(**{"from": "+8615148300001"})
    bridged = await line.wait_for("bridged")
    dial = (await line.acts())[0]
    assert dial["detail"] == {
        "to": ["+8613800000001"],
        "timeout": 20,
        "caller_id": "+8615148300001",
    }
    assert bridged["detail"] == {"to": "+8613800000001"}
    child = await child_of(rest, phone, line)
    assert (await child.wait_for("bridged"))["detail"] == {"to": "+8615148300001"}
    call = await rest.get(f"Calls/{child.sid}.json")
    assert (call["status"], call["direction"]) == ("in-progress", "outbound-dial")
    assert call["parent_call_sid"] == line.sid
    assert await child.hang_up()
    after = await application.wait_for("/after")
    assert after["DialCallStatus"] == "completed"
    assert after["DialCallSid"] == child.sid
    assert after["DialBridged"] == "true"
    assert "DialCallDuration" in after.fields
    assert (await child.over())[-1]["detail"] == {"by": "caller"}
    assert [item["act"] for item in await line.over()] == ["dial", "bridged", "say", "hangup"]
    assert (await rest.get(f"Calls/{child.sid}.json"))["status"] == "completed"


@pytest.mark.parametrize(
    ("answer", "status"),
    [("busy", "busy"), ("reject", "busy"), ("failed", "failed"), ("no-answer", "no-answer")],
)
async def test_a_line_that_is_not_reached_says_why(
    phone: Phone, application: Application, rest: Rest, answer: str, status: str
) -> None:
    await phone.ring("110", answer)
    application.on("/voice", twiml('<Dial action="/after" timeout="4"><Number>110</Number></Dial>'))
    line = await phone.dial()
    after = await application.wait_for("/after")
    assert after["DialCallStatus"] == status
    assert after["DialBridged"] == "false"
    child = phone.line(after["DialCallSid"])
    assert [item["act"] for item in await child.over()] == ["hangup"]
    assert (await rest.get(f"Calls/{child.sid}.json"))["status"] == status
    await line.over()


async def test_a_line_that_nobody_set_is_not_answered(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Dial timeout="5">119</Dial><Say>没有人接</Say>'))
    dial, say, _ = await (await phone.dial()).over()
    assert lasted(say["at"] - dial["at"], 5)


async def test_without_an_action_the_next_verb_follows(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("client:a17", "answer")
    application.on("/voice", twiml("<Dial><Client>a17</Client></Dial><Say>还在</Say>"))
    line = await phone.dial()
    assert (await line.wait_for("bridged"))["detail"] == {"to": "client:a17"}
    await (await child_of(rest, phone, line, to="client:a17")).hang_up()
    await line.over()
    assert await line.kinds() == ["dial", "bridged", "say", "hangup"]


async def test_the_caller_who_hangs_up_ends_both(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("sip:desk@pbx.local", "answer")
    application.on("/voice", twiml('<Dial action="/after"><Sip>sip:desk@pbx.local</Sip></Dial>'))
    line = await phone.dial()
    await line.wait_for("bridged")
    child = await child_of(rest, phone, line)
    await line.hang_up()
    assert (await child.over())[-1]["detail"] == {"by": "caller"}
    after = await application.wait_for("/after")
    assert (after["DialCallStatus"], after["CallStatus"]) == ("completed", "completed")
    assert (await line.kinds()) == ["dial", "bridged", "hangup"]


async def test_the_whisper_is_heard_before_the_bridge(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml('<Dial><Number url="/whisper">+8613800000001</Number></Dial>'))
    application.on(
        "/whisper",
        twiml('<Gather numDigits="1" action="/accept" timeout="30"><Say>按1接听</Say></Gather>'),
    )
    application.on("/accept", twiml())
    line = await phone.dial()
    child = await child_of(rest, phone, line)
    await child.wait_for("gather")
    assert await line.kinds() == ["dial"]
    asked = application.at("/whisper")[0]
    assert (asked["CallSid"], asked["ParentCallSid"]) == (child.sid, line.sid)
    assert asked["Direction"] == "outbound-dial"
    await child.press("1")
    await line.wait_for("bridged")
    assert await child.kinds() == ["say", "gather", "bridged"]


async def test_hanging_up_in_the_whisper_is_no_answer(
    phone: Phone, application: Application
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on(
        "/voice",
        twiml('<Dial action="/after"><Number url="/whisper">+8613800000001</Number></Dial>'),
    )
    application.on("/whisper", twiml("<Hangup/>"))
    line = await phone.dial()
    after = await application.wait_for("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("no-answer", "false")
    assert await phone.line(after["DialCallSid"]).kinds() == ["hangup"]
    await line.over()


async def test_all_lines_ring_and_the_first_who_answers_gets_the_call(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000002", "answer")
    application.on(
        "/voice",
        twiml(
            '<Dial action="/after"><Number>+8613800000001</Number>'
            "<Number>+8613800000002</Number><Client>a1</Client></Dial>"
        ),
    )
    line = await phone.dial()
    assert (await line.wait_for("bridged"))["detail"] == {"to": "+8613800000002"}
    assert (await line.acts())[0]["detail"]["to"] == [
        "+8613800000001",
        "+8613800000002",
        "client:a1",
    ]
    losers = [await child_of(rest, phone, line, to=to) for to in ("+8613800000001", "client:a1")]
    for loser in losers:
        await loser.over()
        assert (await rest.get(f"Calls/{loser.sid}.json"))["status"] == "no-answer"
    await line.hang_up()


async def test_sequential_lines_ring_one_after_another(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "busy")
    await phone.ring("+8613800000002", "answer")
    application.on(
        "/voice",
        twiml(
            '<Dial sequential="true"><Number>+8613800000001</Number>'
            "<Number>+8613800000002</Number></Dial>"
        ),
    )
    line = await phone.dial()
    await line.wait_for("bridged")
    first, second = [
        await rest.get(f"Calls/{(await child_of(rest, phone, line, to=to)).sid}.json")
        for to in ("+8613800000001", "+8613800000002")
    ]
    assert (first["status"], second["status"]) == ("busy", "in-progress")


async def test_status_of_a_dialled_line_is_told_in_order(
    phone: Phone, application: Application
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on(
        "/voice",
        twiml(
            '<Dial><Number statusCallback="/child" statusCallbackMethod="GET"'
            ' statusCallbackEvent="initiated ringing answered completed">'
            "+8613800000001</Number></Dial>"
        ),
    )
    line = await phone.dial()
    await line.wait_for("bridged")
    await line.hang_up()
    await application.wait_for("/child", 4)
    told = application.at("/child")
    assert [item["CallStatus"] for item in told] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    assert [item["SequenceNumber"] for item in told] == ["0", "1", "2", "3"]
    assert {item["ParentCallSid"] for item in told} == {line.sid}
    assert "CallDuration" not in told[2].fields
    assert "CallDuration" in told[3].fields
    assert told[0].method == "GET"


async def test_the_star_key_hangs_up_on_the_other_party(
    phone: Phone, application: Application
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on(
        "/voice", twiml('<Dial hangupOnStar="true" action="/after">+8613800000001</Dial>')
    )
    line = await phone.dial()
    await line.wait_for("bridged")
    await line.press("1*")
    assert (await application.wait_for("/after"))["DialCallStatus"] == "completed"


async def test_the_longest_time_of_a_dial_ends_it(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml('<Dial timeLimit="10">+8613800000001</Dial><Say>到时</Say>'))
    line = await phone.dial()
    bridged = await line.wait_for("bridged")
    say = await line.wait_for("say")
    assert lasted(say["at"] - bridged["at"], 10)
    child = await child_of(rest, phone, line)
    assert (await child.over())[-1]["detail"] == {"by": "host"}


async def test_answer_on_bridge_lets_the_caller_ring(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on(
        "/voice",
        twiml('<Dial answerOnBridge="true"><Number url="/whisper">+8613800000001</Number></Dial>'),
    )
    application.on("/whisper", twiml('<Pause length="20"/>'))
    line = await phone.dial()
    await (await child_of(rest, phone, line)).wait_for("pause")
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "ringing"
    await line.wait_for("bridged")
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "in-progress"


async def test_a_recorded_dial_tells_where_the_recording_is(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on(
        "/voice",
        twiml(
            '<Dial record="record-from-answer-dual" action="/after"'
            ' recordingStatusCallback="/recording">+8613800000001</Dial>'
        ),
    )
    line = await phone.dial()
    await line.wait_for("bridged")
    await (await child_of(rest, phone, line)).hang_up()
    told = await application.wait_for("/recording")
    assert (told["RecordingSource"], told["RecordingChannels"]) == ("DialVerb", "2")
    assert told["CallSid"] == line.sid
    assert (await application.wait_for("/after"))["RecordingUrl"] == told["RecordingUrl"]


async def test_what_one_party_says_reaches_the_other(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml("<Dial>+8613800000001</Dial>"))
    line = await phone.dial()
    await line.wait_for("bridged")
    assert await line.say("你好")
    child = await child_of(rest, phone, line)
    reply = await phone.client.get(f"/carrier/phone/calls/{child.sid}/talk")
    assert [(item["from"], item["text"]) for item in reply.json()["items"]] == [(line.sid, "你好")]


async def test_diverting_the_dialled_party_lets_both_go_on(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml('<Dial action="/after">+8613800000001</Dial>'))
    application.on("/after", twiml('<Pause length="60"/>'))
    application.on("/own", twiml("<Say>只有我</Say>"))
    line = await phone.dial()
    await line.wait_for("bridged")
    child = await child_of(rest, phone, line)
    await rest.update(f"Calls/{child.sid}.json", Url="http://app.test/own")
    after = await application.wait_for("/after")
    assert after["DialCallStatus"] == "completed"
    assert "DialCallDuration" not in after.fields
    assert [item["act"] for item in await child.over()] == ["bridged", "say", "hangup"]
    await line.wait_for("pause")


async def test_diverting_the_caller_lets_the_dialled_party_go(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring("+8613800000001", "answer")
    application.on("/voice", twiml('<Dial action="/after">+8613800000001</Dial>'))
    application.on("/own", twiml("<Say>评价</Say>"))
    line = await phone.dial()
    await line.wait_for("bridged")
    child = await child_of(rest, phone, line)
    await rest.update(f"Calls/{line.sid}.json", Url="http://app.test/own")
    assert (await child.over())[-1]["detail"] == {"by": "rest"}
    assert [item["act"] for item in await line.over()] == ["dial", "bridged", "say", "hangup"]
    assert not application.at("/after")


async def test_cancelling_the_dialled_call_is_canceled(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Dial action="/after">+8613800000001</Dial>'))
    line = await phone.dial()
    child = await child_of(rest, phone, line)
    await rest.update(f"Calls/{child.sid}.json", Status="canceled")
    assert (await application.wait_for("/after"))["DialCallStatus"] == "canceled"


async def test_a_person_may_take_a_call_that_rings(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on(
        "/voice",
        twiml(
            '<Dial><Client statusCallback="/ringing" statusCallbackEvent="ringing">'
            "a17</Client></Dial>"
        ),
    )
    line = await phone.dial()
    child = await child_of(rest, phone, line)
    await application.wait_for("/ringing")
    ringing = await phone.client.get("/carrier/phone/ringing", params={"address": "client:a17"})
    assert [item["call_sid"] for item in ringing.json()["items"]] == [child.sid]
    reply = await phone.client.post(f"/carrier/phone/calls/{child.sid}/answer", json={})
    assert reply.json() == {"heard": True}
    await line.wait_for("bridged")


async def test_numbers_that_cannot_be_dialled_fail(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Dial action="/after"><Number>abc</Number></Dial>'))
    await (await phone.dial()).over()
    assert application.at("/after")[0]["DialCallStatus"] == "failed"


async def test_the_caller_id_may_be_set(phone: Phone, application: Application, rest: Rest) -> None:
    application.on("/voice", twiml('<Dial callerId="+86 473-114" timeout="3">110</Dial>'))
    line = await phone.dial()
    child = await child_of(rest, phone, line)
    assert (await rest.get(f"Calls/{child.sid}.json"))["from"] == "+86473114"
    assert (await line.acts())[0]["detail"]["caller_id"] == "+86473114"
