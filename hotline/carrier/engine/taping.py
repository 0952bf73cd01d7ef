"""What verbs ask of recordings: whom to tell, and a transcription."""

from hotline.carrier import attributes
from hotline.carrier.documents import Element
from hotline.carrier.engine.program import Program
from hotline.carrier.legs import Source
from hotline.carrier.recordings import Recording, RecordingCallback
from hotline.carrier.sids import Prefix, new_sid


def read_recording_callback(program: Program, verb: Element) -> RecordingCallback:
    address = attributes.given(verb, "recordingStatusCallback")
    events = attributes.words(verb, "recordingStatusCallbackEvent", "completed")
    return RecordingCallback(
        program.resolve(address) if address else None,
        attributes.method(verb, "recordingStatusCallbackMethod"),
        frozenset(events),
    )


def transcribe(program: Program, verb: Element, recording: Recording, words: list[str]) -> None:
    """The text driver knows what was said; others will ask a recognizer."""
    address = attributes.given(verb, "transcribeCallback")
    if address is None:
        return
    exchange = program.exchange
    sid = new_sid(Prefix.TRANSCRIPTION)
    fields = {
        "TranscriptionSid": sid,
        "TranscriptionText": " ".join(words),
        "TranscriptionStatus": "completed",
        "TranscriptionUrl": f"{exchange.recording_url(recording)}/Transcriptions/{sid}",
        "RecordingSid": recording.sid,
        "RecordingUrl": exchange.recording_url(recording),
    }
    exchange.notify(program.leg, Source(program.resolve(address)), fields)
