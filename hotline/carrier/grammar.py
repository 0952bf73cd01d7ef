"""Which verbs are followed, where they may stand, and which attributes they know.

An element or attribute that is not here is skipped with a warning (12200), never an error.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hotline.carrier.documents import Document, Element


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _names("Say Play Pause Gather Record Dial Enqueue Leave Redirect Reject Hangup")
WAIT_VERBS = _names("Say Play Pause Gather Redirect Leave Hangup")
ROOM_VERBS = _names("Say Play Pause Redirect")
PROMPT_VERBS = _names("Say Play Pause")
WHISPER_VERBS = _names("Say Play Pause Gather Record Redirect Hangup Reject")

_LISTS: Mapping[str, str] = {
    "Say": "voice loop language",
    "Play": "loop digits",
    "Pause": "length",
    "Gather": "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language"
    " maxSpeechTime method numDigits partialResultCallback partialResultCallbackMethod"
    " profanityFilter speechModel speechTimeout timeout",
    "Record": "action finishOnKey maxLength method playBeep recordingConfigurationId"
    " recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod timeout"
    " transcribe transcribeCallback trim",
    "Dial": "action answerOnBridge callerId callReason events hangupOnStar method passports record"
    " recordingConfigurationId recordingStatusCallback recordingStatusCallbackEvent"
    " recordingStatusCallbackMethod recordingTrack referMethod referUrl ringTone sequential"
    " timeLimit timeout trim",
    "Enqueue": "action maxQueueSize method waitUrl waitUrlMethod workflowSid",
    "Redirect": "method",
    "Reject": "reason",
    "Leave": "",
    "Hangup": "",
}
ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {verb: _names(names) for verb, names in _LISTS.items()}
)
CHILDREN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Gather": PROMPT_VERBS,
        "Dial": _names("Number Client Sip Conference Queue"),
        "Enqueue": frozenset({"Task"}),
        "Say": _names(
            "break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain"
        ),
    }
)


def warnings(document: Document) -> Iterator[str]:
    """What the interpreter will skip, in words for the log."""
    for verb in document.verbs:
        if verb.name not in VERBS:
            yield f"element {verb.name}"
            continue
        yield from _strange_attributes(verb)
        yield from _strange_children(verb)


def _strange_attributes(verb: Element) -> Iterator[str]:
    for name in verb.attributes:
        if name not in ATTRIBUTES[verb.name]:
            yield f"attribute {verb.name}/{name}"


def _strange_children(verb: Element) -> Iterator[str]:
    for child in verb.elements():
        if child.name not in CHILDREN.get(verb.name, frozenset()):
            yield f"element {verb.name}/{child.name}"
