"""Record: what the party says, until silence, a key, the longest time or the hang-up."""

import asyncio
from dataclasses import dataclass, field

from hotline.carrier import attributes
from hotline.carrier.acts import Act
from hotline.carrier.documents import Element
from hotline.carrier.engine.listening import listening
from hotline.carrier.engine.program import Program
from hotline.carrier.engine.taping import read_recording_callback, transcribe
from hotline.carrier.legs import Source
from hotline.carrier.recorder import end_recording, start_recording
from hotline.carrier.recordings import Recording, RecordingSource

_TIMEOUT = 5
_LONGEST = 3600
_LONGEST_TRANSCRIBED = 120
_ANY_KEY = "1234567890*#"


@dataclass(slots=True)
class Tape:
    """Listens while a Record runs."""

    finish_on_key: str
    words: list[str] = field(default_factory=list)
    key: str = ""
    is_empty: bool = True
    spoke: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, text: str, confidence: float) -> bool:
        self.words.append(text)
        self._notice()
        return True

    def press(self, key: str) -> bool:
        if self.key:
            return False
        if key in self.finish_on_key:
            self.key = key
        self._notice()
        return True

    def _notice(self) -> None:
        self.is_empty = False
        self.spoke.set()


async def record(program: Program, verb: Element) -> Source | None:
    """The action is asked, unless nothing at all was heard: then the next verb is followed."""
    timeout = attributes.whole(verb, "timeout", _TIMEOUT, least=0)
    is_transcribed = attributes.boolean(verb, "transcribe", default=False)
    longest = attributes.whole(
        verb, "maxLength", _LONGEST_TRANSCRIBED if is_transcribed else _LONGEST
    )
    tape = Tape(verb.attributes.get("finishOnKey", _ANY_KEY).strip())
    recording = _begin(program, verb, timeout=timeout, longest=longest, tape=tape)
    try:
        with listening(program.leg, tape):
            fell_silent = await _run(program, tape, timeout, longest)
    except asyncio.CancelledError:
        _finish(program, verb, recording, tape)
        _tell_of_hangup(program, verb, recording)
        raise
    _finish(program, verb, recording, tape)
    if tape.is_empty and fell_silent:
        return None
    return program.action(verb, _result(program, recording, tape.key), is_required=True)


def _begin(program: Program, verb: Element, *, timeout: int, longest: int, tape: Tape) -> Recording:
    program.action(verb, {}, is_required=True)
    if attributes.boolean(verb, "playBeep", default=True):
        program.exchange.note(program.leg, Act.BEEP)
    program.exchange.note(
        program.leg,
        Act.RECORD,
        max_length=longest,
        timeout=timeout,
        finish_on_key=tape.finish_on_key,
    )
    return start_recording(
        program.exchange,
        RecordingSource.RECORD_VERB,
        call_sid=program.leg.sid,
        callback=read_recording_callback(program, verb),
    )


async def _run(program: Program, tape: Tape, silence: int, longest: int) -> bool:
    """Did silence end the recording? With a time-out of 0 it never does."""
    clock = program.exchange.clock
    ends_at = clock.now() + longest
    while not tape.key:
        tape.spoke.clear()
        left = ends_at - clock.now()
        if not await clock.happens(tape.spoke, within=min(silence or left, left)):
            return 0 < silence < left
    return False


def _finish(program: Program, verb: Element, recording: Recording, tape: Tape) -> None:
    end_recording(program.exchange, recording)
    if attributes.boolean(verb, "transcribe", default=False):
        transcribe(program, verb, recording, tape.words)


def _result(program: Program, recording: Recording, digits: str) -> dict[str, str]:
    return {
        "RecordingUrl": program.exchange.recording_url(recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(round(recording.seconds)),
        "Digits": digits,
    }


def _tell_of_hangup(program: Program, verb: Element, recording: Recording) -> None:
    """The application learns of the recording although nobody will follow its answer."""
    if not program.is_hung_up:
        return
    program.tell(program.action(verb, _result(program, recording, "hangup"), is_required=True))
