"""Say, Play, Pause."""

from starlette.responses import Response

from tests.carrier.application import Application, twiml
from tests.carrier.lasting import lasted
from tests.carrier.phone import Phone


async def test_say_names_text_voice_and_language(phone: Phone, application: Application) -> None:
    application.on(
        "/voice", twiml('<Say voice="Polly.Zhiyu-Neural" language="cmn-CN">\n 您好\n </Say>')
    )
    acts = await (await phone.dial()).over()
    assert acts[0]["detail"] == {
        "text": "您好",
        "voice": "Polly.Zhiyu-Neural",
        "language": "cmn-CN",
    }


async def test_a_prompt_lasts_022_seconds_a_character_and_a_play_3_seconds(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml("<Say>", "一" * 20, "</Say><Play>tone.wav</Play><Say>好</Say>"))
    say, play, then, end = await (await phone.dial()).over()
    assert lasted(play["at"] - say["at"], 4.4)
    assert lasted(then["at"] - play["at"], 3.0)
    assert lasted(end["at"] - then["at"], 0.22)


async def test_the_address_of_a_play_is_absolute(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Play> sounds/hello.wav </Play>"))
    acts = await (await phone.dial()).over()
    assert acts[0]["detail"] == {"url": "http://app.test/sounds/hello.wav"}


async def test_each_repetition_of_a_loop_is_an_act(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Say loop="3">好</Say><Play loop="2">a.wav</Play>'))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["say", "say", "say", "play", "play", "hangup"]


async def test_a_loop_of_0_goes_on_until_the_caller_hangs_up(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Say loop="0">好</Say>'))
    line = await phone.dial()
    await line.wait_for("say", 5)
    assert await line.hang_up()
    acts = await line.over()
    assert acts[-1]["detail"] == {"by": "caller"}


async def test_an_empty_say_is_silent(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml("<Say/><Say>  </Say>"))
    line = await phone.dial()
    await line.over()
    assert await line.kinds() == ["hangup"]


async def test_pause_waits_so_many_seconds_or_one(phone: Phone, application: Application) -> None:
    application.on("/voice", twiml('<Say>好</Say><Pause length="4"/><Pause/><Say>好</Say>'))
    _, pause, second, then, _ = await (await phone.dial()).over()
    assert pause["detail"] == {"seconds": 4}
    assert lasted(second["at"] - pause["at"], 4.0)
    assert second["detail"] == {"seconds": 1}
    assert lasted(then["at"] - second["at"], 1.0)


async def test_sound_in_the_answer_is_played_and_the_call_ends(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", Response(b"\x00" * 200_000, media_type="audio/mpeg"))
    acts = await (await phone.dial()).over()
    assert [item["act"] for item in acts] == ["play", "hangup"]
    assert acts[0]["detail"] == {"url": "http://app.test/voice"}
    assert acts[1]["detail"] == {"by": "document"}


async def test_the_voice_of_a_provider_brings_its_language(
    phone: Phone, application: Application
) -> None:
    application.on("/voice", twiml('<Say voice="Google.cmn-CN-Wavenet-A">好</Say><Say>hi</Say>'))
    acts = await (await phone.dial()).over()
    assert [item["detail"]["language"] for item in acts[:2]] == ["cmn-CN", "en-US"]


async def test_keys_may_be_played_with_waits_between(
    phone: Phone, application: Application
) -> None:
    verbs = "<Say>一</Say>", f'<Play digits="{"W" * 20}ww1"/>', "<Say>二</Say>"
    application.on("/voice", twiml(*verbs))
    first, second, _ = await (await phone.dial()).over()
    assert lasted(second["at"] - first["at"], 0.22 + 20 + 1 + 0.25)
