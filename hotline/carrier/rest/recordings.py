"""Recordings: of the account, of a call, of a conference; their sound; pause, resume, stop."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline.carrier.exchange import Exchange
from hotline.carrier.media import SoundFormat
from hotline.carrier.recorder import end_recording, keep_recording, start_recording
from hotline.carrier.recordings import Recording, RecordingSource, RecordingStatus
from hotline.carrier.rest import checks
from hotline.carrier.rest.calls import (
    NOT_IN_PROGRESS,
    leg_named,
    read_channels,
    read_recording_callback,
    read_track,
)
from hotline.carrier.rest.conferences import room_named
from hotline.carrier.rest.pages import matches, page_of, within
from hotline.carrier.rest.route import (
    INVALID_PARAMETER,
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import call_recording_json, recording_json
from hotline.carrier.store import Kind

_STATES = frozenset({"paused", "in-progress", "stopped"})
_CURRENT = "Twilio.CURRENT"
_FORMATS = {
    "": (SoundFormat.WAV, "audio/x-wav"),
    "wav": (SoundFormat.WAV, "audio/x-wav"),
    "mp3": (SoundFormat.MP3, "audio/mpeg"),
}

router = APIRouter(prefix=PREFIX, route_class=RestRoute, include_in_schema=False)


@router.get("/Recordings.json")
async def list_recordings(exchange: Switchboard, request: Request) -> dict[str, Any]:
    found = [
        recording
        for recording in _dated(request, exchange)
        if matches(request, "CallSid", recording.call_sid)
        and matches(request, "ConferenceSid", recording.conference_sid)
    ]
    return page_of(request, "recordings", found, lambda item: recording_json(exchange, item))


@router.get("/Recordings/{recording_sid}.json")
async def fetch_recording(
    exchange: Switchboard, request: Request, recording_sid: str
) -> dict[str, Any]:
    return recording_json(exchange, _recording(exchange, request, recording_sid))


@router.delete("/Recordings/{recording_sid}.json", status_code=204)
async def delete_recording(exchange: Switchboard, request: Request, recording_sid: str) -> Response:
    recording = _recording(exchange, request, recording_sid)
    del exchange.recordings[recording.sid]
    exchange.store.forget(Kind.RECORDING, recording.sid)
    return Response(status_code=204)


@router.get("/Recordings/{recording_sid}")
async def fetch_sound(exchange: Switchboard, request: Request, recording_sid: str) -> Response:
    """The sound, once it is whole: as WAV, or as MP3 by the ending of the address."""
    sid, _, ending = recording_sid.partition(".")
    recording = _recording(exchange, request, sid)
    if not recording.is_over or ending not in _FORMATS:
        raise not_found(request)
    form, media_type = _FORMATS[ending]
    sound = exchange.media.recording(recording.seconds, form, channels=recording.channels)
    return Response(sound, media_type=media_type)


@router.post("/Calls/{call_sid}/Recordings.json", status_code=201)
async def start_call_recording(
    exchange: Switchboard, request: Request, fields: Form, call_sid: str
) -> dict[str, Any]:
    leg = leg_named(exchange, request, call_sid)
    if not leg.is_live or not leg.is_answered:
        raise RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot record.")
    recording = start_recording(
        exchange,
        RecordingSource.START_CALL_API,
        call_sid=leg.sid,
        channels=read_channels(fields),
        track=read_track(fields),
        callback=read_recording_callback(fields),
    )
    leg.recordings.append(recording)
    return call_recording_json(exchange, recording)


@router.get("/Calls/{call_sid}/Recordings.json")
async def list_call_recordings(
    exchange: Switchboard, request: Request, call_sid: str
) -> dict[str, Any]:
    leg_named(exchange, request, call_sid)
    found = [item for item in _dated(request, exchange) if item.call_sid == call_sid]
    return page_of(request, "recordings", found, lambda item: call_recording_json(exchange, item))


@router.get("/Calls/{call_sid}/Recordings/{recording_sid}.json")
async def fetch_call_recording(
    exchange: Switchboard, request: Request, call_sid: str, recording_sid: str
) -> dict[str, Any]:
    recording = _recording_of(exchange, request, recording_sid, call_sid=call_sid)
    return call_recording_json(exchange, recording)


@router.post("/Calls/{call_sid}/Recordings/{recording_sid}.json")
async def update_call_recording(
    exchange: Switchboard, request: Request, fields: Form, call_sid: str, recording_sid: str
) -> dict[str, Any]:
    recording = _recording_of(exchange, request, recording_sid, call_sid=call_sid)
    _change(exchange, recording, checks.choice(fields, "Status", _STATES))
    return call_recording_json(exchange, recording)


@router.delete("/Calls/{call_sid}/Recordings/{recording_sid}.json", status_code=204)
async def delete_call_recording(
    exchange: Switchboard, request: Request, call_sid: str, recording_sid: str
) -> Response:
    _recording_of(exchange, request, recording_sid, call_sid=call_sid)
    return await delete_recording(exchange, request, recording_sid)


@router.get("/Conferences/{conference_sid}/Recordings.json")
async def list_conference_recordings(
    exchange: Switchboard, request: Request, conference_sid: str
) -> dict[str, Any]:
    room = room_named(exchange, request, conference_sid)
    found = [item for item in _dated(request, exchange) if item.conference_sid == room.sid]
    return page_of(request, "recordings", found, lambda item: call_recording_json(exchange, item))


@router.get("/Conferences/{conference_sid}/Recordings/{recording_sid}.json")
async def fetch_conference_recording(
    exchange: Switchboard, request: Request, conference_sid: str, recording_sid: str
) -> dict[str, Any]:
    recording = _recording_of(exchange, request, recording_sid, conference_sid=conference_sid)
    return call_recording_json(exchange, recording)


@router.post("/Conferences/{conference_sid}/Recordings/{recording_sid}.json")
async def update_conference_recording(
    exchange: Switchboard, request: Request, fields: Form, conference_sid: str, recording_sid: str
) -> dict[str, Any]:
    recording = _recording_of(exchange, request, recording_sid, conference_sid=conference_sid)
    _change(exchange, recording, checks.choice(fields, "Status", _STATES))
    return call_recording_json(exchange, recording)


@router.delete("/Conferences/{conference_sid}/Recordings/{recording_sid}.json", status_code=204)
async def delete_conference_recording(
    exchange: Switchboard, request: Request, conference_sid: str, recording_sid: str
) -> Response:
    _recording_of(exchange, request, recording_sid, conference_sid=conference_sid)
    return await delete_recording(exchange, request, recording_sid)


def _dated(request: Request, exchange: Exchange) -> list[Recording]:
    """Newest first."""
    created = within(request, "DateCreated")
    return [item for item in reversed(exchange.recordings.values()) if created(item.started_at)]


def _recording(exchange: Exchange, request: Request, recording_sid: str) -> Recording:
    recording = exchange.recordings.get(recording_sid)
    if recording is None:
        raise not_found(request)
    return recording


def _recording_of(
    exchange: Exchange,
    request: Request,
    recording_sid: str,
    *,
    call_sid: str | None = None,
    conference_sid: str | None = None,
) -> Recording:
    """`Twilio.CURRENT` is the recording that runs now."""
    for recording in reversed(exchange.recordings.values()):
        is_meant = recording.sid == recording_sid or (
            recording_sid == _CURRENT and not recording.is_over
        )
        owners = (recording.call_sid, recording.conference_sid)
        if is_meant and owners == (call_sid, conference_sid):
            return recording
    raise not_found(request)


def _change(exchange: Exchange, recording: Recording, state: str | None) -> None:
    if state is None:
        raise RestError(400, INVALID_PARAMETER, "Status is required")
    if recording.is_over:
        raise RestError(400, NOT_IN_PROGRESS, "The recording has ended")
    if state == "stopped":
        end_recording(exchange, recording, RecordingStatus.STOPPED)
        return
    now = exchange.clock.now()
    if state == "paused":
        recording.rest(now)
    else:
        recording.run(now)
    recording.status = RecordingStatus(state)
    keep_recording(exchange, recording)
