"""What a Dial was told, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from hotline.carrier import addresses, attributes
from hotline.carrier.documents import Element
from hotline.carrier.engine.program import Program
from hotline.carrier.engine.taping import read_recording_callback
from hotline.carrier.legs import Source, Subscription
from hotline.carrier.recorder import start_recording
from hotline.carrier.recordings import Recording, RecordingCallback, RecordingSource

_TIMEOUT = 30
_LONGEST_TIMEOUT = 600
_TIME_LIMIT = 14_400
_RECORD_ALIASES = {"true": "record-from-answer", "false": "do-not-record"}


class DialStatus(StrEnum):
    COMPLETED = "completed"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class DialSettings:
    timeout: int
    time_limit: int
    caller_id: str
    is_sequential: bool
    hangs_up_on_star: bool
    answers_on_bridge: bool
    record: str
    recording_callback: RecordingCallback

    @property
    def records_from_ringing(self) -> bool:
        return self.record.startswith("record-from-ringing")

    @property
    def is_recorded(self) -> bool:
        return self.record.startswith("record-from-")

    @property
    def channels(self) -> int:
        return 2 if self.record.endswith("-dual") else 1


@dataclass(frozen=True, slots=True)
class Line:
    """A number, client or SIP address to ring, and what its party hears before the bridge."""

    address: str
    whisper: Source | None = None
    subscription: Subscription | None = None
    send_digits: str | None = None
    detects_machines: bool = False


@dataclass(slots=True)
class Dialled:
    """The outcome as the action hears of it; filled while dialling goes on."""

    status: DialStatus = DialStatus.NO_ANSWER
    call_sid: str | None = None
    duration: int | None = None
    is_bridged: bool | None = None
    recording_url: str | None = None
    more: dict[str, str] | None = None

    def fields(self) -> dict[str, str]:
        fields = {"DialCallStatus": self.status.value}
        if self.call_sid:
            fields["DialCallSid"] = self.call_sid
        if self.duration is not None:
            fields["DialCallDuration"] = str(self.duration)
        if self.is_bridged is not None:
            fields["DialBridged"] = "true" if self.is_bridged else "false"
        if self.recording_url:
            fields["RecordingUrl"] = self.recording_url
        return fields | (self.more or {})


def read_dial(program: Program, verb: Element) -> DialSettings:
    record = attributes.given(verb, "record") or "do-not-record"
    caller_id = attributes.given(verb, "callerId")
    return DialSettings(
        timeout=min(attributes.whole(verb, "timeout", _TIMEOUT), _LONGEST_TIMEOUT),
        time_limit=attributes.whole(verb, "timeLimit", _TIME_LIMIT),
        caller_id=addresses.clean(caller_id) if caller_id else program.leg.from_,
        is_sequential=attributes.boolean(verb, "sequential", default=False),
        hangs_up_on_star=attributes.boolean(verb, "hangupOnStar", default=False),
        answers_on_bridge=attributes.boolean(verb, "answerOnBridge", default=False),
        record=_RECORD_ALIASES.get(record, record),
        recording_callback=read_recording_callback(program, verb),
    )


def start_dial_recording(program: Program, settings: DialSettings) -> Recording:
    return start_recording(
        program.exchange,
        RecordingSource.DIAL_VERB,
        call_sid=program.leg.sid,
        channels=settings.channels,
        callback=settings.recording_callback,
    )


def read_line(program: Program, noun: Element) -> Line:
    """Number, Client or Sip. A Client may name itself in `Identity`, a Sip in `SipUri`."""
    return Line(
        _address(noun),
        whisper=_source(program, noun, "url", "method"),
        subscription=read_subscription(program, noun),
        send_digits=attributes.given(noun, "sendDigits"),
        detects_machines=attributes.given(noun, "machineDetection") is not None,
    )


def read_subscription(
    program: Program, noun: Element, default: str = "completed"
) -> Subscription | None:
    address = attributes.given(noun, "statusCallback")
    if address is None:
        return None
    return Subscription(
        program.resolve(address),
        attributes.method(noun, "statusCallbackMethod"),
        frozenset(attributes.words(noun, "statusCallbackEvent", default)),
    )


def _source(program: Program, noun: Element, url: str, method: str) -> Source | None:
    address = attributes.given(noun, url)
    if address is None:
        return None
    return Source(program.resolve(address), attributes.method(noun, method))


def _address(noun: Element) -> str:
    inner = next((part for part in noun.elements() if part.name in ("Identity", "SipUri")), noun)
    text = inner.own_text()
    if noun.name == "Client" and not text.startswith("client:"):
        return f"client:{text}"
    if noun.name == "Sip" and not text.lower().startswith(("sip:", "sips:")):
        return f"sip:{text}"
    return addresses.clean(text)
