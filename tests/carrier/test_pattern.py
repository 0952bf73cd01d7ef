"""A waiting caller meets a chosen agent: queue, agent's own call, room, hold, transfer, survey."""

from tests.carrier.application import Application, Asked, twiml
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

EVENTS = "start end join leave mute hold"


def agent_document(asked: Asked) -> str:
    return twiml(
        f'<Dial><Conference participantLabel="{asked["label"]}" startConferenceOnEnter="true"'
        ' endConferenceOnExit="false" beep="false" waitUrl="" statusCallback="/room"'
        f' statusCallbackEvent="{EVENTS}">r-8f2c</Conference></Dial>'
    )


def write_documents(application: Application) -> None:
    application.on("/voice", twiml('<Enqueue waitUrl="/wait" action="/queue-done">wuhai</Enqueue>'))
    application.on("/wait", twiml('<Play loop="0">wait.wav</Play>'))
    application.on("/agent", agent_document)
    application.on(
        "/join",
        twiml(
            '<Dial action="/after"><Conference participantLabel="caller" beep="false"'
            ' endConferenceOnExit="true">r-8f2c</Conference></Dial>'
        ),
    )
    application.on("/survey", twiml('<Gather numDigits="1" timeout="60" action="/rated"/>'))
    application.on("/rated", twiml("<Say>谢谢</Say>"))


async def test_the_whole_way_of_a_call(phone: Phone, application: Application, rest: Rest) -> None:
    write_documents(application)
    for name in ("a17", "b2"):
        await phone.ring(f"client:{name}", "answer")
    caller = await phone.dial()
    await caller.wait_for("play")

    first = await _call_agent(rest, "client:a17", "a17-1")
    joined = await application.wait_for("/room")
    assert (joined["StatusCallbackEvent"], joined["ParticipantLabel"]) == (
        "participant-join",
        "a17-1",
    )
    await rest.update(f"Calls/{caller.sid}.json", Url="http://app.test/join")
    await caller.wait_for("join")
    assert (await application.wait_for("/queue-done"))["QueueResult"] == "redirected"
    agent = phone.line(first)
    assert await caller.say("我家没暖气")
    assert await agent.say("您在哪个区")

    sid = (await rest.get("Conferences.json", FriendlyName="r-8f2c"))["conferences"][0]["sid"]
    held = f"Conferences/{sid}/Participants/caller.json"
    await rest.update(held, Hold="true", HoldUrl="http://app.test/hold", HoldMethod="POST")
    second = await _call_agent(rest, "client:b2", "b2-1")
    await phone.line(second).wait_for("join")
    assert await agent.say("帮我接一下")
    await rest.update(held, Hold="false")
    await rest.delete(f"Conferences/{sid}/Participants/{first}.json")
    assert [item["act"] for item in await agent.over()] == ["join", "hangup"]
    assert await caller.say("你好")

    await rest.update(f"Calls/{caller.sid}.json", Url="http://app.test/survey")
    await caller.wait_for("gather")
    await caller.press("5")
    assert (await application.wait_for("/rated"))["Digits"] == "5"
    await caller.over()
    await phone.line(second).over()
    assert (await rest.get(f"Conferences/{sid}.json"))["status"] == "completed"
    assert _names(application) == [
        "participant-join",
        "participant-join",
        "conference-start",
        "participant-hold",
        "participant-join",
        "participant-unhold",
        "participant-leave",
        "participant-leave",
        "participant-leave",
        "conference-end",
    ]
    assert (await caller.kinds())[-4:] == ["hold", "gather", "say", "hangup"]
    assert len(application.at("/status")) == 1


async def test_a_busy_agent_leaves_the_caller_in_the_queue(
    phone: Phone, application: Application, rest: Rest
) -> None:
    write_documents(application)
    await phone.ring("client:a17", "busy")
    caller = await phone.dial()
    await caller.wait_for("play")
    made = await _call_agent(rest, "client:a17", "a17-1")
    await phone.line(made).over()
    assert (await rest.get(f"Calls/{made}.json"))["status"] == "busy"
    assert (await rest.get("Queues.json"))["queues"][0]["current_size"] == 1
    assert not application.at("/queue-done")


async def _call_agent(rest: Rest, address: str, label: str) -> str:
    made = await rest.create(
        "Calls.json",
        To=address,
        From="+86473114",
        Url=f"http://app.test/agent?label={label}",
        Timeout="20",
        StatusCallback="http://app.test/agent-leg",
        StatusCallbackEvent="initiated ringing answered completed",
    )
    sid: str = made["sid"]
    return sid


def _names(application: Application) -> list[str]:
    return [item["StatusCallbackEvent"] for item in application.at("/room")]
