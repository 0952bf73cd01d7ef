"""Coming into a room, leaving it, changing things in it, and telling who asked to know."""

from typing import TYPE_CHECKING

from hotline import clock
from hotline.carrier.acts import Act
from hotline.carrier.conferences import (
    Conference,
    ConferenceStatus,
    Ended,
    Entrance,
    Left,
    Participant,
    Sound,
    SoundKind,
    participant_of,
)
from hotline.carrier.legs import Leg, Source
from hotline.carrier.memory import keep_newest
from hotline.carrier.moments import shown
from hotline.carrier.recorder import end_recording, start_recording
from hotline.carrier.recordings import RecordingSource
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

LABEL_TAKEN = 16025
ROOM_FULL = 13260
COACH_UNKNOWN = 13240


class EntranceRefused(Exception):
    """The room cannot take this participant; the call goes on with its next verb."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def open_room(exchange: "Exchange", name: str) -> Conference | None:
    """The room of that name that has not ended."""
    rooms = reversed(exchange.conferences.values())
    return next((room for room in rooms if room.name == name and not room.is_over), None)


def room_for(exchange: "Exchange", name: str, entrance: Entrance) -> Conference:
    """The open room of that name, or a new one with the callbacks of this first participant."""
    room = open_room(exchange, name)
    if room is None:
        now = clock.now()
        room = Conference(new_sid(Prefix.CONFERENCE), name, now, now)
        room.region = entrance.region or room.region
        room.callback = entrance.callback
        room.most_participants = entrance.most_participants
        room.recording_callback = entrance.recording_callback
        exchange.conferences[room.sid] = room
        keep_newest(exchange.conferences, lambda old: old.is_over)
        keep_room(exchange, room)
    return room


def forget_unused_room(exchange: "Exchange", room: Conference) -> None:
    """A room that nobody ever entered leaves no trace."""
    if room.participants or room.awaited or room.sequence:
        return
    exchange.conferences.pop(room.sid, None)
    exchange.store.forget(Kind.CONFERENCE, room.sid)


def enter(exchange: "Exchange", room: Conference, leg: Leg, entrance: Entrance) -> Participant:
    """Whoever was called into the room comes in as what was changed meanwhile."""
    _check(room, leg, entrance)
    participant = room.awaited.pop(leg.sid, None) or participant_of(leg, entrance)
    participant.updated_at = clock.now()
    room.participants[leg.sid] = participant
    leg.listener = RoomEar(exchange, room, participant)
    exchange.note(leg, Act.JOIN, room=room.name, label=entrance.label)
    tell_room(exchange, room, "join", "participant-join", participant)
    _start_if_ready(exchange, room)
    _beep(exchange, room, participant, "onEnter")
    return participant


def leave(exchange: "Exchange", room: Conference, participant: Participant) -> None:
    """Take a participant out; the room may end with it."""
    if room.participants.pop(participant.leg.sid, None) is None:
        return
    leg, why = participant.leg, participant.left or Left.HUNG_UP
    if isinstance(leg.listener, RoomEar):
        leg.listener = None
    _beep(exchange, room, participant, "onExit")
    tell_room(
        exchange,
        room,
        "leave",
        "participant-leave",
        participant,
        ParticipantCallStatus="completed" if why is Left.HUNG_UP else leg.status.value,
        ReasonParticipantLeft=why.value,
    )
    _end_after(exchange, room, participant)


def expect_no_longer(exchange: "Exchange", room: Conference, leg: Leg) -> None:
    """Whoever was called into the room will not come; one in which nobody is left ends."""
    if room.awaited.pop(leg.sid, None) is None or room.participants or room.awaited:
        return
    forget_unused_room(exchange, room)
    if room.sequence:
        end_room(exchange, room, Ended.LAST_LEFT)


def end_room(
    exchange: "Exchange", room: Conference, why: Ended, by: Participant | None = None
) -> None:
    """Everybody drops out and goes on with the own document; the end is told last."""
    if room.is_over:
        return
    room.status = ConferenceStatus.COMPLETED
    room.why_ended = why
    room.ended_by_sid = by.leg.sid if by else None
    room.awaited.clear()
    keep_room(exchange, room)
    reason = Left.ENDED_VIA_API if why is Ended.VIA_API else Left.MODERATOR_ENDED
    for participant in list(room.participants.values()):
        participant.release(reason)
    room.ending = by
    _end_when_empty(exchange, room)


def set_muted(exchange: "Exchange", room: Conference, person: Participant, on: bool) -> None:
    if person.is_muted == on:
        return
    person.is_muted = on
    event = "participant-mute" if on else "participant-unmute"
    _changed(exchange, room, person, "mute", event)


def set_held(
    exchange: "Exchange",
    room: Conference,
    person: Participant,
    on: bool,
    music: Source | None = None,
) -> None:
    if person.is_held == on:
        return
    person.is_held, person.hold = on, music if on else None
    exchange.note(person.leg, Act.HOLD, on=on)
    event = "participant-hold" if on else "participant-unhold"
    _changed(exchange, room, person, "hold", event)


def modified(exchange: "Exchange", room: Conference, person: Participant) -> None:
    _changed(exchange, room, person, "modify", "participant-modify")


def announce(person: Participant, source: Source) -> None:
    sound_id = len(person.announcements) + 1
    person.announcements.append(Sound(SoundKind.ANNOUNCEMENT, source, sound_id))
    person.changed.set()


def announced(
    exchange: "Exchange",
    room: Conference,
    person: Participant,
    sound: Sound,
    failure: str | None = None,
) -> None:
    """An announcement has been heard to its end, or could not be had."""
    if person.announcements and person.announcements[0] is sound:
        person.announcements.popleft()
    name, more = "announcement-end", {"AnnounceUrl": sound.source.url or "" if sound.source else ""}
    if failure is not None:
        name, more = "announcement-fail", more | {"ReasonAnnouncementFailed": failure}
    tell_room(exchange, room, "announcement", name, person, **more)
    person.changed.set()


def keep_room(exchange: "Exchange", room: Conference) -> None:
    room.updated_at = clock.now()
    exchange.store.save(Kind.CONFERENCE, room.sid, room.as_state(), is_live=not room.is_over)


def tell_room(
    exchange: "Exchange",
    room: Conference,
    event: str,
    name: str,
    participant: Participant | None = None,
    **more: str,
) -> None:
    """Send a conference event to the callback that the first participant set."""
    callback = room.callback
    if callback is None or event not in callback.events:
        return
    room.sequence += 1
    fields = {
        "ConferenceSid": room.sid,
        "FriendlyName": room.name,
        "AccountSid": exchange.settings.account_sid,
        "SequenceNumber": str(room.sequence),
        "Timestamp": shown(clock.now()) or "",
        "StatusCallbackEvent": name,
    }
    if participant is not None:
        fields |= _participant_fields(participant)
    exchange.callbacks.send(callback.url, callback.method, fields | more)
    keep_room(exchange, room)


def leave_on_star(person: Participant) -> None:
    """The star key takes this participant out of the room."""
    if isinstance(person.leg.listener, RoomEar):
        person.leg.listener.on_star = True


class RoomEar:
    """What a participant says reaches everybody who hears it."""

    def __init__(self, exchange: "Exchange", room: Conference, speaker: Participant) -> None:
        self._exchange = exchange
        self._room = room
        self._speaker = speaker
        self.on_star = False

    def hear(self, text: str, confidence: float) -> bool:
        hearers = [
            person
            for person in self._room.participants.values()
            if self._room.hears(person, self._speaker)
        ]
        for person in hearers:
            self._exchange.tell(person.leg, self._speaker.leg, text)
        if not self._speaker.is_muted:
            for moment in ("start", "stop"):
                name = f"participant-speech-{moment}"
                tell_room(self._exchange, self._room, "speaker", name, self._speaker)
        return bool(hearers)

    def press(self, key: str) -> bool:
        if key == "*" and self.on_star:
            self._speaker.release(Left.HUNG_UP)
            return True
        return self.hear(key, 1.0)


def _check(room: Conference, leg: Leg, entrance: Entrance) -> None:
    if len(room.participants) >= room.most_participants:
        raise EntranceRefused(ROOM_FULL, "The conference is full")
    labels = {person.label for person in room.participants.values() if person.label}
    if entrance.label in labels:
        raise EntranceRefused(LABEL_TAKEN, "Participant label is already in use")
    if entrance.coached_sid is not None and entrance.coached_sid not in room.participants:
        raise EntranceRefused(COACH_UNKNOWN, "The call to coach is not in the conference")


def _start_if_ready(exchange: "Exchange", room: Conference) -> None:
    if room.status is not ConferenceStatus.INIT or not room.may_start():
        return
    room.status = ConferenceStatus.IN_PROGRESS
    keep_room(exchange, room)
    tell_room(exchange, room, "start", "conference-start")
    if room.recording_callback is not None:
        room.recording = start_recording(
            exchange,
            RecordingSource.CONFERENCE,
            conference_sid=room.sid,
            callback=room.recording_callback,
        )
    for person in room.participants.values():
        person.changed.set()


def _end_after(exchange: "Exchange", room: Conference, gone: Participant) -> None:
    """Does the room end because this participant has gone?"""
    if room.is_over:
        _end_when_empty(exchange, room)
    elif gone.ends:
        why = Ended.MODERATOR_KICKED if gone.was_kicked else Ended.MODERATOR_LEFT
        end_room(exchange, room, why, gone)
    elif not room.participants and not room.awaited:
        why = Ended.LAST_KICKED if gone.was_kicked else Ended.LAST_LEFT
        end_room(exchange, room, why, gone)


def _end_when_empty(exchange: "Exchange", room: Conference) -> None:
    if not room.is_over or room.participants or room.is_end_told:
        return
    room.is_end_told = True
    if room.recording is not None:
        end_recording(exchange, room.recording)
    why = room.why_ended or Ended.LAST_LEFT
    more = {"ReasonConferenceEnded": why.value, "Reason": why.value.replace("-", " ")}
    if room.ending is not None:
        more["CallSidEndingConference"] = room.ending.leg.sid
        if room.ending.label:
            more["ParticipantLabelEndingConference"] = room.ending.label
    tell_room(exchange, room, "end", "conference-end", None, **more)


def _changed(
    exchange: "Exchange", room: Conference, person: Participant, event: str, name: str
) -> None:
    person.updated_at = clock.now()
    person.changed.set()
    tell_room(exchange, room, event, name, person)


def _beep(exchange: "Exchange", room: Conference, person: Participant, moment: str) -> None:
    """Heard by those who talk, and by the one who comes."""
    if not room.is_started or person.beep not in ("true", moment):
        return
    for other in room.participants.values():
        if not other.is_held:
            exchange.note(other.leg, Act.BEEP)


def _participant_fields(person: Participant) -> dict[str, str]:
    fields = {
        "CallSid": person.leg.sid,
        "Muted": _flag(person.is_muted),
        "Hold": _flag(person.is_held),
        "Coaching": _flag(person.is_coaching),
        "EndConferenceOnExit": _flag(person.ends),
        "StartConferenceOnEnter": _flag(person.starts),
    }
    if person.label:
        fields["ParticipantLabel"] = person.label
    if person.coached_sid:
        fields["CallSidToCoach"] = person.coached_sid
    return fields


def _flag(value: bool) -> str:
    return "true" if value else "false"
