"""Gather: keys or speech of the party, whichever kind comes first."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from hotline.carrier import attributes
from hotline.carrier.acts import Act
from hotline.carrier.documents import Element
from hotline.carrier.engine.listening import listening
from hotline.carrier.engine.program import Program
from hotline.carrier.grammar import PROMPT_VERBS
from hotline.carrier.legs import Source

_TIMEOUT = 5
_LONGEST_SPEECH = 60.0
_FIRST_PAUSE = 0.25
_KEYS = frozenset("0123456789#*")


class InputKind(StrEnum):
    DTMF = "dtmf"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the attributes ask for. Times are seconds of the call clock."""

    kinds: tuple[InputKind, ...]
    timeout: float
    speech_pause: float
    longest_speech: float
    finish_on_key: str
    digit_count: int | None
    language: str
    may_barge_in: bool
    calls_when_empty: bool


@dataclass(slots=True)
class Collector:
    """Listens while a Gather runs. The first kind of input wins; the other is not heard."""

    wanted: Wanted
    digits: str = ""
    words: list[str] = field(default_factory=list)
    confidence: float = 0.0
    finished_on: str = ""
    is_finished: bool = False
    is_prompting: bool = True
    started: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def press(self, key: str) -> bool:
        if not self._takes(InputKind.DTMF) or self.words or key not in _KEYS:
            return False
        self._take_key(key)
        self._notice()
        return True

    def hear(self, text: str, confidence: float) -> bool:
        if not self._takes(InputKind.SPEECH) or self.digits:
            return False
        self.words.append(text)
        self.confidence = confidence
        self._notice()
        return True

    @property
    def is_empty(self) -> bool:
        return not self.digits and not self.words

    @property
    def patience(self) -> float:
        """How long to wait for more."""
        return self.wanted.speech_pause if self.words else self.wanted.timeout

    def _takes(self, kind: InputKind) -> bool:
        if self.is_finished or (self.is_prompting and not self.wanted.may_barge_in):
            return False
        return kind in self.wanted.kinds

    def _take_key(self, key: str) -> None:
        if key == self.wanted.finish_on_key:
            if self.digits:
                self.finished_on = key
                self.is_finished = True
            return
        self.digits += key
        self.is_finished = len(self.digits) == self.wanted.digit_count

    def _notice(self) -> None:
        self.started.set()
        self.changed.set()


async def gather(program: Program, verb: Element) -> Source | None:
    wanted = read_wanted(verb)
    collector = Collector(wanted)
    with listening(program.leg, collector):
        await _prompt(program, verb, collector)
        program.exchange.note(program.leg, Act.GATHER, **_described(wanted))
        await _collect(program, verb, collector)
        collector.is_finished = True
    if collector.is_empty and not wanted.calls_when_empty:
        return None
    return program.action(verb, _result(collector), is_required=True)


def read_wanted(verb: Element) -> Wanted:
    timeout = attributes.whole(verb, "timeout", _TIMEOUT, least=0)
    named = attributes.words(verb, "input", "dtmf")
    kinds = tuple(InputKind(name) for name in named if name in tuple(InputKind))
    finish = verb.attributes.get("finishOnKey", "#").strip()
    return Wanted(
        kinds=kinds or (InputKind.DTMF,),
        timeout=timeout,
        speech_pause=_speech_pause(verb, timeout),
        longest_speech=attributes.whole(verb, "maxSpeechTime", int(_LONGEST_SPEECH)),
        finish_on_key=finish if finish == "" or finish in _KEYS else "#",
        digit_count=attributes.optional_whole(verb, "numDigits"),
        language=attributes.given(verb, "language") or "en-US",
        may_barge_in=attributes.boolean(verb, "bargeIn", default=True),
        calls_when_empty=attributes.boolean(verb, "actionOnEmptyResult", default=False),
    )


def _speech_pause(verb: Element, timeout: int) -> float:
    """`auto` ends at the first pause; a text is an utterance that has just paused."""
    if verb.attributes.get("speechTimeout", "").strip() == "auto":
        return _FIRST_PAUSE
    return attributes.whole(verb, "speechTimeout", timeout, least=0)


async def _prompt(program: Program, verb: Element, collector: Collector) -> None:
    """Say the prompts, until they end or the party cuts in."""
    prompts = tuple(verb.elements())
    inner = program.nested(PROMPT_VERBS)
    inner.document = program.document
    saying = asyncio.create_task(inner.perform(prompts))
    cutting_in = asyncio.create_task(collector.started.wait())
    try:
        await asyncio.wait({saying, cutting_in}, return_when=asyncio.FIRST_COMPLETED)
        if saying.done():
            saying.result()
    finally:
        await _stop(saying, cutting_in)
    collector.is_prompting = False


async def _stop(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _collect(program: Program, verb: Element, collector: Collector) -> None:
    """Wait for input; each key or utterance starts the wait for the next one."""
    clock = program.exchange.clock
    partial_count = 0
    speech_ends: float | None = None
    while not collector.is_finished:
        collector.changed.clear()
        while partial_count < len(collector.words):
            _send_partial(program, verb, collector, partial_count)
            partial_count += 1
        if collector.words and speech_ends is None:
            speech_ends = clock.now() + collector.wanted.longest_speech
        patience = collector.patience
        if speech_ends is not None:
            patience = min(patience, speech_ends - clock.now())
        if not await clock.happens(collector.changed, within=patience):
            return


def _described(wanted: Wanted) -> dict[str, object]:
    return {
        "input": " ".join(kind.value for kind in wanted.kinds),
        "timeout": wanted.timeout,
        "finish_on_key": wanted.finish_on_key,
        "num_digits": wanted.digit_count,
        "language": wanted.language,
    }


def _result(collector: Collector) -> dict[str, str]:
    """Speech, or keys; of nothing at all the keys are told as none."""
    result = {"msg": "Gather End"}
    if collector.words:
        return result | {
            "SpeechResult": " ".join(collector.words),
            "Confidence": str(collector.confidence),
            "Language": collector.wanted.language,
        }
    if InputKind.DTMF in collector.wanted.kinds:
        result |= {"Digits": collector.digits, "FinishedOnKey": collector.finished_on}
    return result


def _send_partial(program: Program, verb: Element, collector: Collector, sequence: int) -> None:
    """What was understood so far, to whoever asked for it in real time."""
    address = attributes.given(verb, "partialResultCallback")
    if address is None:
        return
    method = attributes.method(verb, "partialResultCallbackMethod")
    fields = {
        "UnstableSpeechResult": " ".join(collector.words[: sequence + 1]),
        "StableSpeechResult": "",
        "Stability": "0.9",
        "SequenceNumber": str(sequence),
        "Language": collector.wanted.language,
    }
    program.exchange.notify(program.leg, Source(program.resolve(address), method), fields)
