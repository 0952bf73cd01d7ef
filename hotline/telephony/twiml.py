"""Write a script as a TwiML document (https://www.twilio.com/docs/voice/twiml)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twilio.twiml.voice_response import Dial, Enqueue, Gather, Say, VoiceResponse

from hotline.telephony.script import Bridge, GoOn, HangUp, Listen, Pace, Refuse, Script, Wait

VOICE = "Polly.Zhiyu-Neural"
VOICE_LANGUAGE = "cmn-CN"
HEARING_LANGUAGE = "cmn-Hans-CN"
SLOW_RATE = "80%"


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the network asks next. `turn` takes what was heard; the rest end a verb."""

    turn: str
    wait: str
    waited: str
    bridged: str


def document(script: Script, urls: Urls, *, hints: str = "") -> str:
    """The whole document, one root element, UTF-8 text."""
    response = VoiceResponse()
    write: Callable[[VoiceResponse, Script, Urls, str], None] = _WRITERS[type(script.then)]
    write(response, script, urls, hints)
    return str(response)


def transfer_document(sentence: str, number: str) -> str:
    """Say why, then ring a number: what is left when our own service cannot help."""
    response = VoiceResponse()
    response.append(say(sentence, Pace.NORMAL))
    response.dial(number, timeout=30)
    return str(response)


def empty_document() -> str:
    """Nothing more to do for this leg."""
    return str(VoiceResponse())


def say(sentence: str, pace: Pace) -> Say:
    """One sentence in the voice of the hotline."""
    say = Say("", voice=VOICE, language=VOICE_LANGUAGE)
    if pace is Pace.SLOW:
        say.prosody(sentence, rate=SLOW_RATE)
        return say
    return Say(sentence, voice=VOICE, language=VOICE_LANGUAGE)


def _read(parent: Any, script: Script) -> None:
    for sentence in script.say:
        parent.append(say(sentence, script.pace))


def _listen(response: VoiceResponse, script: Script, urls: Urls, hints: str) -> None:
    then = script.then
    assert isinstance(then, Listen)
    gather = Gather(
        input="dtmf speech",
        language=HEARING_LANGUAGE,
        hints=hints or None,
        timeout=then.timeout if script.pace is Pace.NORMAL else max(then.timeout, 8),
        speech_timeout="auto",
        num_digits=then.digits,
        action=urls.turn,
        method="POST",
        action_on_empty_result=True,
    )
    _read(gather, script)
    response.append(gather)


def _wait(response: VoiceResponse, script: Script, urls: Urls, _hints: str) -> None:
    then = script.then
    assert isinstance(then, Wait)
    _read(response, script)
    enqueue = Enqueue(
        then.queue,
        action=urls.waited,
        method="POST",
        wait_url=urls.wait,
        wait_url_method="POST",
    )
    response.append(enqueue)


def _bridge(response: VoiceResponse, script: Script, urls: Urls, _hints: str) -> None:
    then = script.then
    assert isinstance(then, Bridge)
    _read(response, script)
    dial = Dial(
        action=urls.bridged,
        method="POST",
        timeout=then.timeout,
        caller_id=then.caller_number,
        answer_on_bridge=True,
    )
    for number in then.numbers:
        dial.number(number)
    response.append(dial)


def _hang_up(response: VoiceResponse, script: Script, _urls: Urls, _hints: str) -> None:
    _read(response, script)
    response.hangup()


def _go_on(response: VoiceResponse, script: Script, urls: Urls, _hints: str) -> None:
    assert isinstance(script.then, GoOn)
    _read(response, script)
    if script.then.after_seconds:
        response.pause(length=script.then.after_seconds)
    response.redirect(urls.turn, method="POST")


def _refuse(response: VoiceResponse, script: Script, _urls: Urls, _hints: str) -> None:
    _read(response, script)
    if script.say:
        response.hangup()
    else:
        response.reject(reason="rejected")


_WRITERS: dict[type, Callable[[VoiceResponse, Script, Urls, str], None]] = {
    Listen: _listen,
    Wait: _wait,
    Bridge: _bridge,
    HangUp: _hang_up,
    GoOn: _go_on,
    Refuse: _refuse,
}
