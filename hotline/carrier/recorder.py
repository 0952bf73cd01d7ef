"""Starting and ending recordings, and telling who asked to know."""

from typing import TYPE_CHECKING

from hotline import clock
from hotline.carrier.memory import keep_newest
from hotline.carrier.moments import shown
from hotline.carrier.recordings import (
    Recording,
    RecordingCallback,
    RecordingSource,
    RecordingStatus,
)
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange


def start_recording(
    exchange: "Exchange",
    source: RecordingSource,
    *,
    call_sid: str | None = None,
    conference_sid: str | None = None,
    channels: int = 1,
    track: str = "both",
    callback: RecordingCallback | None = None,
) -> Recording:
    recording = Recording(
        sid=new_sid(Prefix.RECORDING),
        source=source,
        started_at=clock.now(),
        updated_at=clock.now(),
        call_sid=call_sid,
        conference_sid=conference_sid,
        channels=channels,
        track=track,
        callback=callback,
    )
    recording.run(exchange.clock.now())
    exchange.recordings[recording.sid] = recording
    keep_newest(exchange.recordings, lambda old: old.is_over)
    keep_recording(exchange, recording)
    _tell(exchange, recording)
    return recording


def end_recording(
    exchange: "Exchange",
    recording: Recording,
    status: RecordingStatus = RecordingStatus.COMPLETED,
) -> None:
    if recording.is_over:
        return
    recording.rest(exchange.clock.now())
    recording.status = status
    keep_recording(exchange, recording)
    _tell(exchange, recording)


def keep_recording(exchange: "Exchange", recording: Recording) -> None:
    recording.updated_at = clock.now()
    state = recording.as_state()
    exchange.store.save(Kind.RECORDING, recording.sid, state, is_live=not recording.is_over)


def _tell(exchange: "Exchange", recording: Recording) -> None:
    callback = recording.callback
    status = "completed" if recording.status is RecordingStatus.STOPPED else recording.status.value
    if callback is None or callback.url is None or status not in callback.events:
        return
    fields = {
        "AccountSid": exchange.settings.account_sid,
        "RecordingSid": recording.sid,
        "RecordingUrl": exchange.recording_url(recording),
        "RecordingStatus": status,
        "RecordingChannels": str(recording.channels),
        "RecordingStartTime": shown(recording.started_at) or "",
        "RecordingSource": recording.source.value,
        "RecordingTrack": recording.track,
        "ErrorCode": "0",
    }
    if status == "completed":
        fields["RecordingDuration"] = str(round(recording.seconds))
    if recording.call_sid:
        fields["CallSid"] = recording.call_sid
    if recording.conference_sid:
        fields["ConferenceSid"] = recording.conference_sid
    exchange.callbacks.send(callback.url, callback.method, fields)
