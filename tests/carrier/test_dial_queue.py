"""Dial to a queue."""

from tests.carrier.application import Application, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest


async def test_dialling_a_queue_meets_the_one_who_waits_longest(
    phone: Phone, application: Application
) -> None:
    application.on(
        "/voice",
        twiml('<Enqueue waitUrl="/wait" action="/left">support</Enqueue>'),
        twiml('<Dial action="/after"><Queue url="/about">support</Queue></Dial>'),
    )
    application.on("/wait", twiml('<Play loop="0">music.wav</Play>'))
    application.on("/about", twiml("<Say>即将接通</Say>"))
    caller = await phone.dial(**{"from": "+8615148300001"})
    await caller.wait_for("play")
    agent = await phone.dial(**{"from": "+8613800000009"})
    assert (await agent.wait_for("bridged"))["detail"] == {"to": "+8615148300001"}
    await caller.wait_for("bridged")
    about = application.at("/about")[0]
    assert (about["CallSid"], about["DequeingCallSid"]) == (caller.sid, agent.sid)
    assert about["QueueSid"].startswith("QU")
    await agent.hang_up()
    left = await application.wait_for("/left")
    assert left["QueueResult"] == "bridged"
    await caller.over()
    after = await application.wait_for("/after")
    assert (after["DialCallStatus"], after["DialCallSid"]) == ("completed", caller.sid)
    assert "say" in await caller.kinds()


async def test_a_queue_that_does_not_exist_cannot_be_dialled(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Dial action="/after"><Queue>nothing</Queue></Dial>'))
    await (await phone.dial()).over()
    assert application.at("/after")[0]["DialCallStatus"] == "failed"


async def test_an_empty_queue_is_waited_for(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await rest.create("Queues.json", FriendlyName="support")
    application.on(
        "/voice",
        twiml('<Dial timeout="4" action="/after"><Queue>support</Queue></Dial>'),
    )
    await (await phone.dial()).over()
    assert application.at("/after")[0]["DialCallStatus"] == "no-answer"


async def test_the_talk_is_recorded_and_the_star_key_ends_it(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on(
        "/voice",
        twiml('<Enqueue waitUrl="/wait" action="/left">support</Enqueue>'),
        twiml(
            '<Dial action="/after" hangupOnStar="true" record="record-from-answer-dual">'
            "<Queue>support</Queue></Dial>"
        ),
    )
    application.on("/wait", twiml('<Play loop="0">music.wav</Play>'))
    caller = await phone.dial()
    await caller.wait_for("play")
    agent = await phone.dial()
    await agent.wait_for("bridged")
    await agent.press("*")
    after = await application.wait_for("/after")
    assert (after["DialCallStatus"], after["CallStatus"]) == ("completed", "in-progress")
    assert (await application.wait_for("/left"))["QueueResult"] == "bridged"
    (recording,) = (await rest.get("Recordings.json", CallSid=agent.sid))["recordings"]
    assert (recording["source"], recording["channels"]) == ("DialVerb", 2)
    assert after["RecordingUrl"].endswith(recording["sid"])
