"""Conferences: coming, going, holding, coaching, and what is told of it."""

import pytest
from starlette.responses import Response

from tests.carrier.application import Application, twiml
from tests.carrier.phone import Line, Phone
from tests.carrier.rest import Rest

EVENTS = "start end join leave mute hold modify announcement"


def room(label: str, **attributes: str) -> str:
    given = {"waitUrl": "", "beep": "false", "participantLabel": label} | attributes
    text = " ".join(f'{name}="{value}"' for name, value in given.items())
    return twiml(f'<Dial action="/after"><Conference {text}>room-1</Conference></Dial>')


def told(label: str, **attributes: str) -> str:
    """A room whose events are told."""
    return room(label, statusCallback="/room", statusCallbackEvent=EVENTS, **attributes)


async def join(phone: Phone, application: Application, document: str) -> Line:
    application.on("/voice", document)
    line = await phone.dial()
    await line.wait_for("join")
    return line


def events(application: Application) -> list[tuple[str, str]]:
    return [
        (item["StatusCallbackEvent"], item.fields.get("ParticipantLabel", ""))
        for item in application.at("/room")
    ]


async def test_two_meet_and_the_last_one_ends_it(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    rooms = (await rest.get("Conferences.json", FriendlyName="room-1"))["conferences"]
    assert [item["status"] for item in rooms] == ["init"]
    second = await join(phone, application, told("b"))
    sid = rooms[0]["sid"]
    assert (await rest.get(f"Conferences/{sid}.json"))["status"] == "in-progress"
    assert (await first.acts())[0]["detail"] == {"room": "room-1", "label": "a"}
    people = (await rest.get(f"Conferences/{sid}/Participants.json"))["participants"]
    assert {item["label"] for item in people} == {"a", "b"}
    await first.hang_up()
    await second.hang_up()
    end = await application.wait_for("/room", 6)
    assert events(application) == [
        ("participant-join", "a"),
        ("participant-join", "b"),
        ("conference-start", ""),
        ("participant-leave", "a"),
        ("participant-leave", "b"),
        ("conference-end", ""),
    ]
    assert [item["SequenceNumber"] for item in application.at("/room")] == list("123456")
    leave = application.at("/room")[3]
    assert leave["ReasonParticipantLeft"] == "participant_hung_up"
    assert leave["ParticipantCallStatus"] == "completed"
    assert leave["CallSid"] == first.sid
    assert end["ReasonConferenceEnded"] == "last-participant-left"
    assert end["CallSidEndingConference"] == second.sid
    ended = await rest.get(f"Conferences/{sid}.json")
    assert ended["status"] == "completed"
    assert ended["reason_conference_ended"] == "last-participant-left"
    assert ended["call_sid_ending_conference"] == second.sid


async def test_after_the_room_the_call_goes_on_as_answered(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, room("a"))
    second = await join(phone, application, room("b", endConferenceOnExit="true"))
    application.on("/after", twiml("<Say>评价</Say>"))
    await second.hang_up()
    await first.over()
    assert await first.kinds() == ["join", "say", "hangup"]
    after = application.at("/after")
    assert {item["DialCallStatus"] for item in after} == {"answered"}
    assert not any("DialCallSid" in item.fields for item in after)
    assert not any("DialCallDuration" in item.fields for item in after)


async def test_who_ends_the_room_is_told(phone: Phone, application: Application) -> None:
    await join(phone, application, told("a"))
    second = await join(phone, application, told("b", endConferenceOnExit="true"))
    await second.hang_up()
    end = await application.wait_for("/room", 6)
    leave = application.at("/room")[4]
    assert leave["ParticipantLabel"] == "a"
    assert leave["ReasonParticipantLeft"] == "moderator_ended_conference"
    assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert end["ParticipantLabelEndingConference"] == "b"


async def test_callback_and_events_are_those_of_the_first(
    phone: Phone, application: Application
) -> None:
    first = await join(
        phone, application, room("a", statusCallback="/room", statusCallbackEvent="leave")
    )
    second = await join(
        phone, application, room("b", statusCallback="/other", statusCallbackEvent=EVENTS)
    )
    await second.hang_up()
    await first.hang_up()
    await application.wait_for("/room", 2)
    assert [name for name, _ in events(application)] == ["participant-leave"] * 2
    assert not application.at("/other")


async def test_waiting_for_the_start_one_hears_the_wait_document_once(
    phone: Phone, application: Application
) -> None:
    application.on("/wait", twiml("<Play>music.wav</Play><Say>请稍候</Say>"))
    first = await join(
        phone, application, room("a", waitUrl="/wait", startConferenceOnEnter="false")
    )
    second = await join(
        phone, application, room("b", waitUrl="/wait", startConferenceOnEnter="false")
    )
    await second.wait_for("say")
    await phone.carrier.exchange.clock.sleep(5)
    assert await first.kinds() == ["join", "play", "say"]
    assert len(application.at("/wait")) == 2
    third = await join(phone, application, room("c"))
    assert await third.say("大家好")


async def test_the_start_ends_the_music(phone: Phone, application: Application) -> None:
    application.on("/wait", twiml('<Say loop="0">请稍候</Say>'))
    first = await join(phone, application, room("a", waitUrl="/wait"))
    await first.wait_for("say")
    await join(phone, application, room("b"))
    count = len(await first.acts())
    await phone.carrier.exchange.clock.sleep(4)
    assert len(await first.acts()) <= count + 1


async def test_beeps_are_heard_on_entering_and_leaving(
    phone: Phone, application: Application
) -> None:
    first = await join(phone, application, room("a", beep="true"))
    assert await first.kinds() == ["join"]
    second = await join(phone, application, room("b", beep="true"))
    await second.wait_for("beep")
    await second.hang_up()
    await first.wait_for("beep", 2)
    assert await second.kinds() == ["join", "beep", "hangup"]


async def test_hold_plays_music_and_closes_the_ears(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await join(phone, application, told("caller"))
    agent = await join(phone, application, told("agent"))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    application.on("/music", twiml('<Play loop="0">hold.wav</Play>'))
    path = f"Conferences/{sid}/Participants/{caller.sid}.json"
    held = await rest.update(path, Hold="true", HoldUrl="http://app.test/music")
    assert held["hold"] is True
    await caller.wait_for("play")
    assert application.at("/music")[0].method == "GET"
    assert not await agent.say("听得到吗")
    assert (await rest.update(path, Hold="false"))["hold"] is False
    assert await agent.say("现在呢")
    holds = [item["detail"] for item in await caller.acts() if item["act"] == "hold"]
    assert holds == [{"on": True}, {"on": False}]
    await application.wait_for("/room", 5)
    assert [name for name, _ in events(application)][3:] == [
        "participant-hold",
        "participant-unhold",
    ]
    listed = await rest.get(f"Conferences/{sid}/Participants.json", Hold="true")
    assert listed["participants"] == []


async def test_mute_and_coaching_decide_who_is_heard(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await join(phone, application, told("caller"))
    agent = await join(phone, application, told("agent"))
    boss = await join(phone, application, told("boss", muted="true"))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    assert not await boss.say("没人听到")
    path = f"Conferences/{sid}/Participants/boss.json"
    coach = await rest.update(path, Coaching="true", CallSidToCoach=agent.sid, Muted="false")
    assert (coach["coaching"], coach["call_sid_to_coach"]) == (True, agent.sid)
    assert coach["muted"] is False
    assert await boss.say("问他地址")
    talk = [await _talk(phone, line) for line in (caller, agent)]
    assert talk == [[], ["问他地址"]]
    barge = await rest.update(path, Coaching="false")
    assert (barge["coaching"], barge["call_sid_to_coach"]) == (False, None)
    await boss.say("我是班长")
    assert await _talk(phone, caller) == ["我是班长"]
    await application.wait_for("/room", 7)
    assert [name for name, _ in events(application)][4:] == [
        "participant-unmute",
        "participant-modify",
        "participant-modify",
    ]


async def test_a_kicked_participant_goes_on_with_its_document(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    await join(phone, application, told("b"))
    application.on("/after", twiml("<Say>请稍候</Say>"))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    await rest.delete(f"Conferences/{sid}/Participants/{first.sid}.json")
    await first.over()
    assert await first.kinds() == ["join", "say", "hangup"]
    leave = await application.wait_for("/room", 4)
    assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert await rest.refused("GET", f"Conferences/{sid}/Participants/{first.sid}.json") == (
        404,
        20404,
    )


async def test_diverting_a_participant_leaves_the_room(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    await join(phone, application, told("b"))
    application.on("/survey", twiml("<Say>请评价</Say>"))
    await rest.update(f"Calls/{first.sid}.json", Url="http://app.test/survey")
    await first.over()
    leave = await application.wait_for("/room", 4)
    assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert await first.kinds() == ["join", "say", "hangup"]


async def test_a_conference_may_be_ended_by_rest(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    await join(phone, application, told("b"))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    ended = await rest.update(f"Conferences/{sid}.json", Status="completed")
    assert ended["status"] == "completed"
    assert ended["reason_conference_ended"] == "conference-ended-via-api"
    await first.over()
    end = await application.wait_for("/room", 6)
    assert end["ReasonConferenceEnded"] == "conference-ended-via-api"
    leaves = [item for item in application.at("/room") if "ReasonParticipantLeft" in item.fields]
    assert {item["ReasonParticipantLeft"] for item in leaves} == {"conference_ended_via_api"}
    again = await join(phone, application, told("a"))
    newest = (await rest.get("Conferences.json"))["conferences"][0]
    assert newest["sid"] != sid
    await again.hang_up()


async def test_an_announcement_is_played_and_told(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    second = await join(phone, application, told("b"))
    application.on("/announce", twiml("<Say>还有一分钟</Say>"))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    await rest.update(
        f"Conferences/{sid}/Participants/{first.sid}.json",
        AnnounceUrl="http://app.test/announce",
        AnnounceMethod="GET",
    )
    end = await application.wait_for("/room", 4)
    assert end["StatusCallbackEvent"] == "announcement-end"
    assert end["AnnounceUrl"] == "http://app.test/announce"
    assert await first.kinds() == ["join", "say"]
    assert await second.kinds() == ["join"]


async def test_an_announcement_that_cannot_be_had_is_told_as_failed(
    phone: Phone, application: Application, rest: Rest
) -> None:
    first = await join(phone, application, told("a"))
    await join(phone, application, told("b"))
    application.on("/announce", Response(status_code=404))
    sid = (await rest.get("Conferences.json"))["conferences"][0]["sid"]
    path = f"Conferences/{sid}/Participants/{first.sid}.json"
    await rest.update(path, AnnounceUrl="http://app.test/announce")
    end = await application.wait_for("/room", 4)
    assert end["StatusCallbackEvent"] == "announcement-fail"
    assert end["AnnounceUrl"] == "http://app.test/announce"
    assert "404" in end["ReasonAnnouncementFailed"]
    assert (await rest.get(path))["call_sid"] == first.sid


async def test_joining_answers_a_call_that_was_to_be_answered_on_the_bridge(
    phone: Phone, application: Application, rest: Rest
) -> None:
    document = twiml('<Dial answerOnBridge="true"><Conference>room-1</Conference></Dial>')
    line = await join(phone, application, document)
    assert (await rest.get(f"Calls/{line.sid}.json"))["status"] == "in-progress"


async def test_a_label_may_be_used_once(phone: Phone, application: Application) -> None:
    await join(phone, application, room("a"))
    application.on("/voice", room("a"))
    acts = await (await phone.dial()).over()
    assert [item["act"] for item in acts] == ["error", "hangup"]
    assert acts[0]["detail"]["code"] == 16025


async def test_coaching_somebody_who_is_not_there_fails(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", room("a", coach="CA" + "0" * 32))
    acts = await (await phone.dial()).over()
    assert acts[0]["detail"]["code"] == 13240
    assert application.at("/after")[0]["DialCallStatus"] == "failed"
    assert (await rest.get("Conferences.json"))["conferences"] == []


async def test_a_wait_document_that_fails_keeps_the_party_out(
    phone: Phone, application: Application
) -> None:
    application.on("/wait", Response(status_code=500))
    application.on("/voice", room("a", waitUrl="/wait"))
    application.on("/after", twiml("<Say>转人工</Say>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["join", "error", "say", "hangup"]
    assert application.at("/after")[0]["DialCallStatus"] == "failed"


@pytest.mark.parametrize(("answer", "status"), [("busy", "busy"), ("no-answer", "no-answer")])
async def test_a_participant_who_cannot_be_called_is_told(
    phone: Phone, application: Application, rest: Rest, answer: str, status: str
) -> None:
    await join(phone, application, told("a"))
    await phone.ring("client:a17", answer)
    made = await rest.create(
        "Conferences/room-1/Participants.json",
        From="+86473114",
        To="client:a17",
        Label="agent",
        Timeout="4",
    )
    assert (made["status"], made["label"]) == ("queued", "agent")
    leave = await application.wait_for("/room", 2)
    assert leave["ReasonParticipantLeft"] == "participant_add_failed"
    assert leave["ParticipantCallStatus"] == status
    assert leave["CallSid"] == made["call_sid"]


async def test_a_participant_is_called_into_a_room_by_rest(
    phone: Phone, application: Application, rest: Rest
) -> None:
    caller = await join(phone, application, told("caller"))
    await phone.ring("client:a17", "answer")
    made = await rest.create(
        "Conferences/room-1/Participants.json",
        From="+86473114",
        To="client:a17",
        Label="agent",
        EndConferenceOnExit="true",
        Beep="false",
        StatusCallback="http://app.test/leg",
        StatusCallbackEvent="initiated ringing answered completed",
    )
    agent = phone.line(made["call_sid"])
    assert (await agent.wait_for("join"))["detail"] == {"room": "room-1", "label": "agent"}
    assert await agent.say("您好")
    await agent.hang_up()
    await caller.over()
    await application.wait_for("/leg", 4)
    assert [item["CallStatus"] for item in application.at("/leg")] == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]


async def test_a_recorded_room_is_recorded_from_its_start(
    phone: Phone, application: Application, rest: Rest
) -> None:
    document = room("a", record="record-from-start", recordingStatusCallback="/recording")
    first = await join(phone, application, document)
    second = await join(phone, application, room("b"))
    await first.hang_up()
    await second.hang_up()
    recording = await application.wait_for("/recording")
    assert recording["RecordingSource"] == "Conference"
    sid = recording["ConferenceSid"]
    listed = await rest.get(f"Conferences/{sid}/Recordings.json")
    assert [item["sid"] for item in listed["recordings"]] == [recording["RecordingSid"]]


async def _talk(phone: Phone, line: Line) -> list[str]:
    reply = await phone.client.get(f"/carrier/phone/calls/{line.sid}/talk")
    return [item["text"] for item in reply.json()["items"]]
