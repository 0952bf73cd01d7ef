"""Gather: what is collected, when it ends, what is sent, what is not heard."""

import asyncio

import pytest

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Line, Phone


async def gathering(phone: Phone, application: Application, gather: str, *after: str) -> Line:
    """A call that stands in `gather` and listens."""
    application.on("/voice", twiml(gather, *after))
    line = await phone.dial()
    await line.wait_for("gather")
    return line


async def test_the_gather_act_follows_its_prompts(phone: Phone, application: Application) -> None:
    application.on(
        "/voice",
        twiml(
            '<Gather input="dtmf speech" timeout="7" numDigits="2" finishOnKey="*"'
            ' language="cmn-Hans-CN" action="/turn">'
            '<Say>您好</Say><Pause length="2"/><Play>a.wav</Play></Gather>'
        ),
    )
    line = await phone.dial()
    gather = await line.wait_for("gather")
    assert await line.kinds() == ["say", "pause", "play", "gather"]
    assert gather["detail"] == {
        "input": "dtmf speech",
        "timeout": 7,
        "finish_on_key": "*",
        "num_digits": 2,
        "language": "cmn-Hans-CN",
    }


async def test_defaults_are_keys_5_seconds_and_the_hash_key(
    phone: Phone, application: Application
) -> None:
    line = await gathering(phone, application, "<Gather/>")
    gather, end = await line.over()
    assert gather["detail"] == {
        "input": "dtmf",
        "timeout": 5,
        "finish_on_key": "#",
        "num_digits": None,
        "language": "en-US",
    }
    assert lasted(end["at"] - gather["at"], 5.0)


async def test_digits_are_sent_when_their_number_is_reached(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather timeout="60" numDigits="2" action="/turn"/>'
    )
    assert await line.press("12")
    turn = await application.wait_for("/turn")
    assert turn.method == "POST"
    assert (turn["Digits"], turn["FinishedOnKey"]) == ("12", "")
    assert turn["CallStatus"] == "in-progress"
    assert turn["msg"] == "Gather End"


async def test_the_finishing_key_is_told_apart_from_the_digits(
    phone: Phone, application: Application
) -> None:
    line = await gathering(phone, application, '<Gather timeout="30" action="/turn"/>')
    await line.press("1234#")
    turn = await application.wait_for("/turn")
    assert (turn["Digits"], turn["FinishedOnKey"]) == ("1234", "#")


async def test_the_finishing_key_alone_does_not_finish(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather timeout="30" action="/turn"/>', "<Say>没有听到</Say>"
    )
    assert await line.press("#")
    await line.over()
    assert await line.kinds() == ["gather", "say", "hangup"]
    assert not application.at("/turn")


async def test_without_a_finishing_key_every_key_is_a_digit(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather finishOnKey="" timeout="20" action="/turn"/>'
    )
    await line.press("1#*")
    assert (await application.wait_for("/turn"))["Digits"] == "1#*"


async def test_digits_without_an_end_are_sent_after_the_time_out(
    phone: Phone, application: Application
) -> None:
    line = await gathering(phone, application, '<Gather timeout="20" action="/turn"/>')
    gather = await line.wait_for("gather")
    await line.press("4")
    await application.wait_for("/turn")
    acts = await line.over()
    assert lasted(acts[-1]["at"] - gather["at"], 20)


async def test_each_digit_starts_the_time_out_again(phone: Phone, application: Application) -> None:
    line = await gathering(phone, application, '<Gather timeout="24" action="/turn"/>')
    for key in "123":
        await line.press(key)
        await phone.carrier.exchange.clock.sleep(14)
    assert (await application.wait_for("/turn"))["Digits"] == "123"


async def test_silence_falls_through_to_the_next_verb(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather action="/turn" timeout="1"/>', "<Say>喂</Say>"
    )
    await line.over()
    assert await line.kinds() == ["gather", "say", "hangup"]
    assert not application.at("/turn")


async def test_silence_can_be_sent_too(phone: Phone, application: Application) -> None:
    await gathering(
        phone,
        application,
        '<Gather input="dtmf speech" action="/turn" timeout="1" actionOnEmptyResult="true"/>',
        "<Say>不会说</Say>",
    )
    turn = await application.wait_for("/turn")
    assert turn["Digits"] == ""
    assert "SpeechResult" not in turn.fields


async def test_silence_where_only_speech_was_asked_for_has_no_digits(
    phone: Phone, application: Application
) -> None:
    await gathering(
        phone,
        application,
        '<Gather input="speech" action="/turn" timeout="1" actionOnEmptyResult="true"/>',
    )
    turn = await application.wait_for("/turn")
    assert not {"Digits", "SpeechResult"} & set(turn.fields)


async def test_speech_is_sent_with_its_confidence(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone,
        application,
        '<Gather input="speech" speechTimeout="auto" language="cmn-Hans-CN" action="/turn"/>',
    )
    assert await line.say("暖气不热", confidence=0.42)
    turn = await application.wait_for("/turn")
    assert turn["SpeechResult"] == "暖气不热"
    assert turn["Confidence"] == "0.42"
    assert turn["Language"] == "cmn-Hans-CN"
    assert "Digits" not in turn.fields


async def test_speech_ends_after_its_own_pause(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone, application, '<Gather input="speech" timeout="9" speechTimeout="3" action="/turn"/>'
    )
    clock = phone.carrier.exchange.clock
    began = clock.now()
    await line.say("路灯坏了")
    await application.wait_for("/turn")
    assert lasted(clock.now() - began, 3.0)


async def test_the_pause_of_speech_is_the_time_out_by_default(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather input="speech" timeout="20" action="/turn"/>'
    )
    clock = phone.carrier.exchange.clock
    began = clock.now()
    await line.say("路灯")
    await line.say("坏了")
    assert (await application.wait_for("/turn"))["SpeechResult"] == "路灯 坏了"
    assert lasted(clock.now() - began, 20)


@pytest.mark.parametrize("cut", ["say", "press"])
async def test_the_caller_may_cut_into_the_prompts(
    phone: Phone, application: Application, cut: str
) -> None:
    application.on(
        "/voice",
        twiml(
            '<Gather input="dtmf speech" numDigits="1" speechTimeout="auto" action="/turn">',
            "<Say>",
            "很长的提示" * 20,
            "</Say><Say>第二句</Say></Gather>",
        ),
    )
    line = await phone.dial()
    await line.wait_for("say")
    assert await (line.say("投诉") if cut == "say" else line.press("1"))
    await application.wait_for("/turn")
    await line.over()
    assert await line.kinds() == ["say", "gather", "hangup"]


async def test_the_first_kind_of_input_wins(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone, application, '<Gather input="dtmf speech" timeout="20" action="/turn"/>'
    )
    assert await line.press("7")
    assert not await line.say("人工")
    turn = await application.wait_for("/turn")
    assert turn["Digits"] == "7"
    assert "SpeechResult" not in turn.fields


async def test_keys_are_not_heard_once_there_was_speech(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather input="dtmf speech" speechTimeout="20" action="/turn"/>'
    )
    assert await line.say("人工")
    assert not await line.press("7#")
    assert "Digits" not in (await application.wait_for("/turn")).fields


async def test_the_kind_that_is_not_asked_for_is_not_heard(
    phone: Phone, application: Application
) -> None:
    line = await gathering(phone, application, '<Gather timeout="60"/>')
    assert not await line.say("喂")
    line = await gathering(phone, application, '<Gather input="speech" timeout="60"/>')
    assert not await line.press("1")


async def test_nothing_is_heard_where_nothing_listens(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say")
    assert not await line.say("喂")
    assert not await line.press("1")
    await line.hang_up()
    await line.over()
    assert not await line.say("喂")
    assert not await line.press("1")
    assert not await line.hang_up()


async def test_prompts_without_barge_in_do_not_listen(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Gather bargeIn="false"><Say>', "好" * 100, "</Say></Gather>"))
    line = await phone.dial()
    await line.wait_for("say")
    assert not await line.press("1")


async def test_the_action_is_the_own_document_by_default(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Gather timeout="60" numDigits="1"/>'), twiml("<Hangup/>"))
    line = await phone.dial()
    await line.wait_for("gather")
    await line.press("1")
    again = await application.wait_for("/voice", 2)
    assert (again["Digits"], again.method) == ("1", "POST")


async def test_a_result_may_be_fetched_by_get(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone,
        application,
        '<Gather timeout="60" numDigits="1" method="GET" action="/turn?step=2"/>',
    )
    await line.press("1")
    turn = await application.wait_for("/turn")
    assert turn.method == "GET"
    assert (turn["step"], turn["Digits"]) == ("2", "1")


async def test_partial_results_are_told_on_the_way(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone,
        application,
        '<Gather input="speech" speechTimeout="1" action="/turn"'
        ' partialResultCallback="/partial"/>',
    )
    await line.say("路灯坏了")
    partial = await application.wait_for("/partial")
    assert partial["UnstableSpeechResult"] == "路灯坏了"
    assert partial["CallSid"] == line.sid


async def test_invalid_attributes_count_as_absent(phone: Phone, application: Application) -> None:
    line = await gathering(
        phone,
        application,
        '<Gather input="mind" timeout="soon" numDigits="0" finishOnKey="##" colour="red"/>',
    )
    detail = (await line.wait_for("gather"))["detail"]
    assert (detail["input"], detail["timeout"], detail["num_digits"]) == ("dtmf", 5, None)
    assert detail["finish_on_key"] == "#"


async def test_verbs_that_may_not_stand_in_a_gather_are_skipped(
    phone: Phone, application: Application
) -> None:
    application.on(
        "/voice",
        twiml('<Gather timeout="1"><Hangup/><Say>好</Say><Redirect>/x</Redirect></Gather>'),
    )
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["say", "gather", "hangup"]


async def test_hanging_up_in_a_gather_sends_no_result(
    phone: Phone, application: Application
) -> None:
    line = await gathering(
        phone, application, '<Gather action="/turn" actionOnEmptyResult="true" timeout="60"/>'
    )
    await line.hang_up()
    await line.over()
    await application.wait_for("/status")
    await asyncio.sleep(0.02)
    assert not application.at("/turn")
