"""Record: beep, ends, results, the recording itself."""

import io
import wave

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

MP3_FRAME = b"\xff\xfb\x14\xc0" + bytes(92)
"""24 ms of silence: MPEG-1 layer III, 48 kHz, 32 kbit/s, one channel."""


async def test_a_beep_then_the_recording_with_its_defaults(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Record action="/done"/>'))
    line = await phone.dial()
    beep, record, end = await line.over()
    assert beep["act"] == "beep"
    assert beep["detail"] == {}
    assert record["detail"] == {
        "max_length": 3600,
        "timeout": 5,
        "finish_on_key": "1234567890*#",
    }
    assert lasted(end["at"] - record["at"], 5)


async def test_silence_ends_it_and_speech_puts_that_off(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Record timeout="6" playBeep="false" action="/done"/>'))
    line = await phone.dial()
    record = await line.wait_for("record")
    await phone.carrier.exchange.clock.sleep(4)
    assert await line.say("我家没有暖气")
    done = await application.wait_for("/done")
    end = (await line.over())[-1]
    assert lasted(end["at"] - record["at"], 10)
    assert lasted(int(done["RecordingDuration"]), 10)
    assert done["Digits"] == ""
    sid = done["RecordingSid"]
    assert done["RecordingUrl"] == f"http://carrier.test{rest.base}/Recordings/{sid}"


async def test_a_key_ends_it_and_is_told(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Record finishOnKey="#*" timeout="0" action="/done"/>'))
    line = await phone.dial()
    await line.wait_for("record")
    assert await line.press("1")
    assert await line.press("*")
    assert (await application.wait_for("/done"))["Digits"] == "*"


async def test_the_longest_time_ends_it(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Record maxLength="7" timeout="0" action="/done"/>'))
    line = await phone.dial()
    _, record, end = await line.over()
    assert lasted(end["at"] - record["at"], 7)


async def test_hanging_up_ends_it_and_is_told(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Record timeout="60" action="/done"/>'))
    line = await phone.dial()
    await line.wait_for("record")
    await line.hang_up()
    done = await application.wait_for("/done")
    assert (done["Digits"], done["CallStatus"]) == ("hangup", "completed")
    assert (await line.kinds()).count("hangup") == 1


async def test_the_action_is_the_own_document_by_default(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Record timeout="60"/>'), twiml("<Hangup/>"))
    line = await phone.dial()
    await line.wait_for("record")
    await line.press("#")
    await line.over()
    assert "RecordingUrl" in application.at("/voice")[1].fields


async def test_a_recording_of_nothing_but_silence_falls_through_to_the_next_verb(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Record timeout="2" action="/done"/><Say>没有听到</Say>'))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["beep", "record", "say", "hangup"]
    assert not application.at("/done")


async def test_status_of_a_recording_is_told_where_wanted(
    phone: Phone, application: Application
) -> None:
    application.on(
        "/voice",
        twiml(
            '<Record timeout="1" action="/done" recordingStatusCallback="/recording"'
            ' recordingStatusCallbackEvent="in-progress completed"/>'
        ),
    )
    line = await phone.dial()
    first = await application.wait_for("/recording")
    last = await application.wait_for("/recording", 2)
    assert [first["RecordingStatus"], last["RecordingStatus"]] == ["in-progress", "completed"]
    assert last["RecordingSource"] == "RecordVerb"
    assert last["RecordingChannels"] == "1"
    assert last["CallSid"] == line.sid
    assert "RecordingDuration" in last.fields


async def test_a_transcription_says_what_was_said(phone: Phone, application: Application) -> None:
    application.on(
        "/voice",
        twiml('<Record action="/done" transcribe="true" transcribeCallback="/text"/>'),
    )
    line = await phone.dial()
    record = await line.wait_for("record")
    assert record["detail"]["max_length"] == 120
    await line.say("我家没有暖气")
    await line.press("#")
    text = await application.wait_for("/text")
    assert text["TranscriptionText"] == "我家没有暖气"
    assert text["TranscriptionStatus"] == "completed"


async def test_a_recording_is_sound_of_its_length_and_can_be_deleted(
    phone: Phone, application: Application, rest: Rest
) -> None:
    application.on("/voice", twiml('<Record maxLength="3" timeout="0" action="/done"/>'))
    line = await phone.dial()
    done = await application.wait_for("/done")
    path = f"{rest.base}/Recordings/{done['RecordingSid']}"
    reply = await rest.request("GET", path)
    assert reply.headers["content-type"] == "audio/x-wav"
    with wave.open(io.BytesIO(reply.content)) as sound:
        assert round(sound.getnframes() / sound.getframerate()) == int(done["RecordingDuration"])
    compressed = await rest.request("GET", f"{path}.mp3")
    assert compressed.headers["content-type"] == "audio/mpeg"
    frames = len(compressed.content) // len(MP3_FRAME)
    assert compressed.content == MP3_FRAME * frames
    assert round(frames * 0.024) == int(done["RecordingDuration"])
    assert await rest.refused("GET", f"{path}.ogg") == (404, 20404)
    recording = await rest.get(f"{path}.json")
    assert recording["status"] == "completed"
    assert recording["source"] == "RecordVerb"
    assert recording["call_sid"] == line.sid
    listed = await rest.get("Recordings.json", CallSid=line.sid)
    assert [item["sid"] for item in listed["recordings"]] == [done["RecordingSid"]]
    await rest.delete(f"{path}.json")
    assert await rest.refused("GET", f"{path}.json") == (404, 20404)
