"""Dialling a conference: the party is in the room until it leaves, is sent out or the room ends."""

import asyncio
from contextlib import suppress

from hotline.carrier import attributes, rooms
from hotline.carrier.conferences import (
    MOST_PARTICIPANTS,
    Conference,
    Entrance,
    Left,
    Participant,
    Sound,
    SoundKind,
)
from hotline.carrier.documents import Element
from hotline.carrier.engine.dialled import (
    Dialled,
    DialSettings,
    DialStatus,
    read_subscription,
    start_dial_recording,
)
from hotline.carrier.engine.enqueue import HOLD_MUSIC
from hotline.carrier.engine.program import DocumentFailed, Program
from hotline.carrier.engine.prompts import play_url
from hotline.carrier.engine.taping import read_recording_callback
from hotline.carrier.grammar import ROOM_VERBS
from hotline.carrier.legs import Source
from hotline.carrier.recorder import end_recording

_BEEPS = frozenset({"true", "false", "onEnter", "onExit"})


async def dial_conference(
    program: Program, noun: Element, settings: DialSettings, dialled: Dialled
) -> None:
    recording = None
    if settings.is_recorded:
        recording = start_dial_recording(program, settings)
        dialled.recording_url = program.exchange.recording_url(recording)
    try:
        entrance = read_entrance(program, noun)
        await attend(program, noun.own_text(), entrance, settings, dialled)
    finally:
        if recording is not None:
            end_recording(program.exchange, recording)


def read_entrance(program: Program, noun: Element) -> Entrance:
    address = attributes.given(noun, "waitUrl")
    wait = None
    if address is not None:
        wait = Source(program.resolve(address), attributes.method(noun, "waitMethod"))
    is_recorded = noun.attributes.get("record") in ("record-from-start", "true")
    most = attributes.whole(noun, "maxParticipants", MOST_PARTICIPANTS)
    return Entrance(
        label=attributes.given(noun, "participantLabel"),
        is_muted=attributes.boolean(noun, "muted", default=False),
        starts=attributes.boolean(noun, "startConferenceOnEnter", default=True),
        ends=attributes.boolean(noun, "endConferenceOnExit", default=False),
        beep=attributes.choice(noun, "beep", _BEEPS, "true"),
        wait=wait,
        waits_in_silence="waitUrl" in noun.attributes and address is None,
        coached_sid=attributes.given(noun, "coach"),
        most_participants=min(most, MOST_PARTICIPANTS),
        callback=read_subscription(program, noun, default=""),
        region=attributes.given(noun, "region"),
        recording_callback=read_recording_callback(program, noun) if is_recorded else None,
    )


async def attend(
    program: Program,
    name: str,
    entrance: Entrance,
    settings: DialSettings | None,
    dialled: Dialled,
) -> None:
    """Be in the room of that name. A refused participant goes on with the next verb."""
    exchange = program.exchange
    room = rooms.room_for(exchange, name, entrance)
    try:
        person = rooms.enter(exchange, room, program.leg, entrance)
    except rooms.EntranceRefused as refused:
        rooms.forget_unused_room(exchange, room)
        program.failed(DocumentFailed(refused.code, refused.message, None))
        dialled.status = DialStatus.FAILED
        return
    exchange.answer(program.leg)
    dialled.status, dialled.is_bridged = DialStatus.ANSWERED, True
    if settings is not None and settings.hangs_up_on_star:
        rooms.leave_on_star(person)
    try:
        await _stay(program, room, person, settings.time_limit if settings else None)
    except asyncio.CancelledError:
        person.left = Left.HUNG_UP if program.is_hung_up else Left.UPDATED_VIA_API
        raise
    finally:
        rooms.leave(exchange, room, person)
    if person.left is Left.ADD_FAILED:
        dialled.status, dialled.is_bridged = DialStatus.FAILED, False


async def _stay(
    program: Program, room: Conference, person: Participant, limit: float | None
) -> None:
    """Hear what there is to hear, changing it whenever something about the room changes."""
    clock = program.exchange.clock
    ends_at = None if limit is None else clock.now() + limit
    sound: Sound | None = None
    playing: asyncio.Task[None] | None = None
    try:
        while person.left is None:
            person.changed.clear()
            wanted = person.sound(is_started=room.is_started)
            if wanted != sound:
                await _stop(playing)
                playing = _start(program, room, person, wanted)
                sound = wanted
            left = None if ends_at is None else ends_at - clock.now()
            if not await clock.happens(person.changed, within=left):
                return
    finally:
        await _stop(playing)


def _start(
    program: Program, room: Conference, person: Participant, sound: Sound | None
) -> asyncio.Task[None] | None:
    return None if sound is None else asyncio.create_task(_hear(program, room, person, sound))


async def _stop(playing: asyncio.Task[None] | None) -> None:
    if playing is None:
        return
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(playing, return_exceptions=True)


async def _hear(program: Program, room: Conference, person: Participant, sound: Sound) -> None:
    """A wait document that fails keeps the party out of the room; other sounds are done without."""
    reason = None
    try:
        if sound.source is None:
            await play_url(program, program.exchange.settings.public_url + HOLD_MUSIC)
        else:
            await program.nested(ROOM_VERBS).follow(sound.source)
    except DocumentFailed as failure:
        program.failed(failure)
        reason = failure.message
        if sound.kind is SoundKind.WAIT:
            person.release(Left.ADD_FAILED)
    if sound.kind is SoundKind.ANNOUNCEMENT:
        rooms.announced(program.exchange, room, person, sound, reason)
