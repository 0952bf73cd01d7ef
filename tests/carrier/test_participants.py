"""Participants who are called into a room by REST: while they ring, and once they are there."""

from tests.carrier.application import Application, twiml
from tests.carrier.phone import Line, Phone
from tests.carrier.rest import Rest

AGENT = "client:a17"
ROOM = "Conferences/room-1"


async def wait_in_room(phone: Phone, application: Application) -> Line:
    application.on(
        "/voice",
        twiml(
            '<Dial><Conference statusCallback="/room"'
            ' statusCallbackEvent="start end join leave mute speaker">room-1</Conference></Dial>'
        ),
    )
    line = await phone.dial()
    await line.wait_for("join")
    return line


async def call_agent(rest: Rest, **more: str) -> str:
    order = {"From": "+86473114", "To": AGENT, "Label": "agent"} | more
    made = await rest.create(f"{ROOM}/Participants.json", **order)
    assert made["status"] == "queued"
    return str(made["call_sid"])


async def ring_agent(rest: Rest, application: Application) -> str:
    agent_sid = await call_agent(
        rest, StatusCallback="http://app.test/leg", StatusCallbackEvent="ringing"
    )
    await application.wait_for("/leg")
    return agent_sid


async def test_who_still_rings_is_listed_and_found(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await wait_in_room(phone, application)
    agent_sid = await ring_agent(rest, application)
    listed = (await rest.get(f"{ROOM}/Participants.json"))["participants"]
    assert [(item["call_sid"], item["status"]) for item in listed] == [
        (agent_sid, "ringing"),
        (caller.sid, "connected"),
    ]
    assert (await rest.get(f"{ROOM}/Participants/agent.json"))["status"] == "ringing"
    await phone.client.post(f"/carrier/phone/calls/{agent_sid}/answer")
    await phone.line(agent_sid).wait_for("join")
    assert (await rest.get(f"{ROOM}/Participants/{agent_sid}.json"))["status"] == "connected"


async def test_what_is_changed_while_it_rings_holds_in_the_room(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await wait_in_room(phone, application)
    agent_sid = await ring_agent(rest, application)
    shown = await rest.update(f"{ROOM}/Participants/agent.json", Muted="true")
    assert shown["muted"] is True
    await phone.client.post(f"/carrier/phone/calls/{agent_sid}/answer")
    agent = phone.line(agent_sid)
    await agent.wait_for("join")
    assert not await agent.say("听得到吗")
    assert await caller.say("您好")


async def test_who_rings_and_is_sent_out_is_canceled(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await wait_in_room(phone, application)
    agent_sid = await call_agent(rest)
    await rest.delete(f"{ROOM}/Participants/agent.json")
    await phone.line(agent_sid).over()
    assert (await rest.get(f"Calls/{agent_sid}.json"))["status"] == "canceled"
    assert len((await rest.get(f"{ROOM}/Participants.json"))["participants"]) == 1


async def test_a_room_to_which_nobody_comes_is_gone(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await phone.ring(AGENT, "busy")
    agent_sid = await call_agent(rest)
    await phone.line(agent_sid).over()
    assert (await rest.get("Conferences.json"))["conferences"] == []


async def test_a_room_that_only_waited_for_somebody_ends(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await wait_in_room(phone, application)
    agent_sid = await call_agent(rest, Timeout="5")
    await caller.hang_up()
    await phone.line(agent_sid).over()
    ended = (await rest.get("Conferences.json"))["conferences"][0]
    assert (ended["status"], ended["reason_conference_ended"]) == (
        "completed",
        "last-participant-left",
    )


async def test_a_participant_may_be_recorded(
    phone: Phone, application: Application, rest: Rest
) -> None:
    await wait_in_room(phone, application)
    await phone.ring(AGENT, "answer")
    agent_sid = await call_agent(rest, Record="true", RecordingTrack="inbound")
    await phone.line(agent_sid).wait_for("join")
    listed = (await rest.get(f"Calls/{agent_sid}/Recordings.json"))["recordings"]
    assert [(item["source"], item["track"]) for item in listed] == [("OutboundAPI", "inbound")]


async def test_speech_is_told_where_it_is_asked_for(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await wait_in_room(phone, application)
    await phone.ring(AGENT, "answer")
    agent_sid = await call_agent(rest)
    await phone.line(agent_sid).wait_for("join")
    await caller.say("您好")
    await rest.update(f"{ROOM}/Participants/{caller.sid}.json", Muted="true")
    await caller.say("没人听见")
    await rest.update(f"{ROOM}/Participants/{caller.sid}.json", Muted="false")
    await application.wait_for("/room", 7)
    told = [asked["StatusCallbackEvent"] for asked in application.at("/room")]
    assert sorted(name for name in told if "speech" in name) == [
        "participant-speech-start",
        "participant-speech-stop",
    ]
