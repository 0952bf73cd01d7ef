"""What the host is asked about recordings, outside transactions; each may be asked again."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from hotline import clock
from hotline.attachments.keeping import Store
from hotline.calls import queries as calls
from hotline.calls.models import TalkRoom
from hotline.db import Database
from hotline.recordings import queries, service
from hotline.recordings.models import CallRecording, RecordingState
from hotline.recordings.playing import COLUMN, TABLE
from hotline.recordings.service import Told
from hotline.telephony.client import CallGone, HostRefused, HostUnavailable, Telephony
from hotline.vault import vault_of

log = structlog.get_logger()

ROUNDS = 4
NEWS_AFTER = timedelta(seconds=60)
LOOK_BACK = timedelta(minutes=30)
_OVER = frozenset({"completed", "stopped", "processing"})


class NotReady(Exception):
    """The host has not finished the file: the job comes again."""


@dataclass(frozen=True, slots=True)
class Studio:
    """The host, the database that remembers, and where sound is kept."""

    telephony: Telephony
    database: Database
    store: Store


async def fetch(studio: Studio, recording_id: UUID) -> None:
    """Bring the sound home, seal it, then delete it at the host; every step may be repeated."""
    async with studio.database.transaction() as session:
        recording = await queries.by_id(session, recording_id)
        vault = vault_of(session)
    if recording is None:
        return
    if recording.state == RecordingState.ENDED:
        try:
            sound = await studio.telephony.recording_sound(recording.provider_sid)
        except CallGone:
            raise NotReady from None
        sealed = await asyncio.to_thread(
            vault.seal_bytes, sound, table=TABLE, column=COLUMN, row=recording.id
        )
        await _write(studio.store, recording.id, sealed)
        await _keep(studio, recording, sound)
    if recording.host_deleted_at is None:
        await _delete_at_host(studio, recording)


async def settle(studio: Studio, recording_id: UUID) -> None:
    """Ask until what is agrees with what the agent wishes; wishes may change meanwhile."""
    for _ in range(ROUNDS):
        async with studio.database.transaction() as session:
            recording = await queries.by_id(session, recording_id)
            room = await queries.room_of(session, recording) if recording else None
        if recording is None or room is None or recording.state != RecordingState.RUNNING:
            return
        if recording.wants_paused == recording.is_paused:
            return
        try:
            await _ask_pause(studio, recording, room)
        except (CallGone, HostRefused):
            log.warning("recordings.not_paused", recording_id=str(recording_id))
            return
        await _paused(studio, recording, on=recording.wants_paused)


async def look(studio: Studio) -> None:
    """News of recordings that never came: ask the host what became of them."""
    now = clock.now()
    async with studio.database.transaction() as session:
        silent = (await session.scalars(queries.unheard_of(now - NEWS_AFTER))).all()
        asked = queries.unrecorded_rooms(now - LOOK_BACK, now - NEWS_AFTER)
        rooms = (await session.scalars(asked)).all()
    try:
        for recording in silent:
            await _look_at(studio, recording)
        for room in rooms:
            await _look_into(studio, room)
    except HostUnavailable:
        log.warning("telephony.host_unavailable")


async def _write(store: Store, recording_id: UUID, sealed: bytes) -> None:
    """What an attempt that was cut short left behind makes way."""
    await store.erase(recording_id)
    await store.write(recording_id, sealed)


async def _keep(studio: Studio, before: CallRecording, sound: bytes) -> None:
    async with studio.database.transaction() as session:
        call = await calls.call_under_lock(session, before.call_id)
        recording = await queries.by_id(session, before.id)
        assert call is not None
        assert recording is not None
        if recording.state == RecordingState.ENDED:
            digest = hashlib.sha256(sound).digest()
            await service.note_kept(session, call, recording, size=len(sound), digest=digest)


async def _delete_at_host(studio: Studio, recording: CallRecording) -> None:
    try:
        await studio.telephony.delete_recording(recording.provider_sid)
    except CallGone:
        log.info("recordings.gone_at_host", recording_id=str(recording.id))
    async with studio.database.transaction() as session:
        kept = await queries.by_id(session, recording.id)
        if kept is not None:
            kept.host_deleted_at = clock.now()


async def _ask_pause(studio: Studio, recording: CallRecording, room: TalkRoom) -> None:
    sid = room.conference_sid or await studio.telephony.room_sid(room.name)
    if sid is None:
        raise CallGone
    await studio.telephony.pause_recording(sid, recording.provider_sid, on=recording.wants_paused)


async def _paused(studio: Studio, before: CallRecording, *, on: bool) -> None:
    async with studio.database.transaction() as session:
        call = await calls.call_under_lock(session, before.call_id)
        recording = await queries.by_id(session, before.id)
        assert call is not None
        assert recording is not None
        await service.note_paused(session, call, recording, on=on)


async def _look_at(studio: Studio, recording: CallRecording) -> None:
    try:
        status, seconds = await studio.telephony.recording_state(recording.provider_sid)
    except CallGone:
        status, seconds = "absent", None
    told = Told(
        recording.provider_sid, seconds, recording.room_id, recording.ticket_id, recording.kind
    )
    await _note(studio, recording.call_id, status, told)


async def _look_into(studio: Studio, room: TalkRoom) -> None:
    assert room.conference_sid is not None
    for sid, status, seconds in await studio.telephony.recordings_of(room.conference_sid):
        await _note(studio, room.call_id, status, Told(sid, seconds, room.id))


async def _note(studio: Studio, call_id: UUID, status: str, told: Told) -> None:
    async with studio.database.transaction() as session:
        call = await calls.call_under_lock(session, call_id)
        assert call is not None
        if status in _OVER:
            await service.note_ended(session, call, told)
        elif status == "absent":
            await service.note_lost(session, call, told)
