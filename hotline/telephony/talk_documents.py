"""Documents around a talk with a person: waiting, the room, hold, survey, message, farewell."""

from collections.abc import Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Enqueue, Gather, Say, VoiceResponse

from hotline.telephony.script import Pace
from hotline.telephony.twiml import HEARING_LANGUAGE, VOICE, VOICE_LANGUAGE, say

ROOM_EVENTS = "start end join leave mute hold modify"
RECORDING_EVENTS = "in-progress completed absent"
LONGEST_MESSAGE = 120
MESSAGE_SILENCE = 5
_KEY_SECONDS = 1
_REASSURE_SECONDS = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room: its name there, where its events go; `action` follows the room.

    `recorded_url`: the room is recorded, and what comes of it is told there; null: it is not.
    """

    room: str
    label: str
    events_url: str
    action: str | None = None
    is_caller: bool = False
    is_muted: bool = False
    recorded_url: str | None = None


def room_document(seat: Seat, sentences: Sequence[str] = ()) -> str:
    """Into the room. The room ends with the caller; whoever else leaves, it goes on."""
    response = _saying(sentences)
    dial = Dial(action=seat.action, method="POST" if seat.action else None)
    dial.conference(
        seat.room,
        participant_label=seat.label,
        start_conference_on_enter=True,
        end_conference_on_exit=seat.is_caller,
        muted=True if seat.is_muted else None,
        beep=False,
        wait_url="",
        status_callback=seat.events_url,
        status_callback_event=ROOM_EVENTS,
        status_callback_method="POST",
        **(_recording(seat.recorded_url) if seat.recorded_url else {}),
    )
    response.append(dial)
    return str(response)


@dataclass(frozen=True, slots=True)
class Line:
    """A waiting line on the host: its name and where the host asks."""

    key: str
    wait_url: str
    action: str


def line_document(line: Line, sentences: Sequence[str] = ()) -> str:
    """Stand in the line, after some words."""
    response = _saying(sentences)
    response.append(
        Enqueue(
            line.key,
            action=line.action,
            method="POST",
            wait_url=line.wait_url,
            wait_url_method="POST",
        )
    )
    return str(response)


def waiting_document(
    sentences: Sequence[str], music_url: str | None, key_url: str | None = None
) -> str:
    """One round of waiting; with `key_url` a key may be pressed at any moment of it."""
    response = VoiceResponse()
    parent = response
    if key_url is not None:
        parent = Gather(
            input="dtmf", num_digits=1, timeout=_KEY_SECONDS, action=key_url, method="POST"
        )
        response.append(parent)
    for sentence in sentences:
        parent.append(say(sentence, Pace.NORMAL))
    if music_url is not None:
        parent.play(music_url)
    else:
        parent.pause(length=_REASSURE_SECONDS)
    return str(response)


def hold_document(sentence: str, music_url: str) -> str:
    """What a held caller hears again and again."""
    response = _saying((sentence,))
    response.play(music_url, loop=5)
    return str(response)


def question_document(sentence: str, answer_url: str, *, keys: int = 1) -> str:
    """Ask once, by voice or key; silence is an answer too."""
    response = VoiceResponse()
    gather = Gather(
        input="dtmf speech",
        language=HEARING_LANGUAGE,
        timeout=5,
        speech_timeout="auto",
        num_digits=keys,
        action=answer_url,
        method="POST",
        action_on_empty_result=True,
    )
    gather.append(say(sentence, Pace.NORMAL))
    response.append(gather)
    return str(response)


@dataclass(frozen=True, slots=True)
class Tape:
    """Where a message goes: `kept_url` goes on with the call, `recorded_url` hears of the file."""

    kept_url: str
    recorded_url: str


def message_document(sentence: str, tape: Tape, farewell: str) -> str:
    """Take a message after the tone; a host that heard nothing at all goes on to the farewell.

    The silence that ends it is left in, so a message of no more than that is none.
    """
    response = _saying((sentence,))
    response.record(
        action=tape.kept_url,
        method="POST",
        max_length=LONGEST_MESSAGE,
        timeout=MESSAGE_SILENCE,
        finish_on_key="#",
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=tape.recorded_url,
        recording_status_callback_method="POST",
        recording_status_callback_event=RECORDING_EVENTS,
    )
    response.append(say(farewell, Pace.NORMAL))
    response.hangup()
    return str(response)


def leave_document(sentence: str) -> str:
    """Out of the line; what follows is asked for by the line's action."""
    response = _saying((sentence,))
    response.leave()
    return str(response)


def farewell_document(sentences: Sequence[str] = ()) -> str:
    response = _saying(sentences)
    response.hangup()
    return str(response)


def _recording(recorded_url: str) -> dict[str, str]:
    """Whoever comes first decides for the room: from its start, silence left out."""
    return {
        "record": "record-from-start",
        "trim": "trim-silence",
        "recording_status_callback": recorded_url,
        "recording_status_callback_method": "POST",
        "recording_status_callback_event": RECORDING_EVENTS,
    }


def _saying(sentences: Sequence[str]) -> VoiceResponse:
    response = VoiceResponse()
    for sentence in sentences:
        response.append(Say(sentence, voice=VOICE, language=VOICE_LANGUAGE))
    return response
