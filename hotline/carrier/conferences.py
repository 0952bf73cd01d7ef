"""Rooms: who is in one, who hears whom, and what each participant hears meanwhile.

Callback address and events of a room are those of its first participant. A room that has ended
never starts again: the next caller with its name opens a new one.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline import clock
from hotline.carrier.legs import Leg, Source, Subscription
from hotline.carrier.moments import kept
from hotline.carrier.recordings import Recording, RecordingCallback

MOST_PARTICIPANTS = 250


class ConferenceStatus(StrEnum):
    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class Left(StrEnum):
    """Why a participant is no longer there."""

    ENDED_VIA_API = "conference_ended_via_api"
    MODERATOR_ENDED = "moderator_ended_conference"
    UPDATED_VIA_API = "participant_updated_via_api"
    HUNG_UP = "participant_hung_up"
    ADD_FAILED = "participant_add_failed"


class Ended(StrEnum):
    """Why a conference ended."""

    VIA_API = "conference-ended-via-api"
    LAST_KICKED = "last-participant-kicked"
    LAST_LEFT = "last-participant-left"
    MODERATOR_KICKED = "participant-with-end-conference-on-exit-kicked"
    MODERATOR_LEFT = "participant-with-end-conference-on-exit-left"


class SoundKind(StrEnum):
    WAIT = "wait"
    HOLD = "hold"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Sound:
    """What is played to one participant; no source means the host's own hold music."""

    kind: SoundKind
    source: Source | None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Entrance:
    """How a participant wants to come in: the attributes of `Conference`."""

    label: str | None = None
    is_muted: bool = False
    starts: bool = True
    ends: bool = False
    beep: str = "true"
    wait: Source | None = None
    waits_in_silence: bool = False
    coached_sid: str | None = None
    most_participants: int = MOST_PARTICIPANTS
    callback: Subscription | None = None
    region: str | None = None
    recording_callback: RecordingCallback | None = None


@dataclass(slots=True, eq=False)
class Participant:
    leg: Leg
    joined_at: datetime
    updated_at: datetime
    label: str | None
    is_muted: bool
    starts: bool
    ends: bool
    beep: str
    wait: Source | None
    waits_in_silence: bool
    is_coaching: bool = False
    coached_sid: str | None = None
    is_held: bool = False
    hold: Source | None = None
    announcements: deque[Sound] = field(default_factory=deque)
    left: Left | None = None
    was_kicked: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self, why: Left) -> None:
        """Let the participant go; the verb that keeps it in the room sees it at once."""
        if self.left is None:
            self.left = why
        self.changed.set()

    def sound(self, *, is_started: bool) -> Sound | None:
        """What this participant should hear now besides the others."""
        if self.announcements:
            return self.announcements[0]
        if self.is_held:
            return Sound(SoundKind.HOLD, self.hold)
        if is_started or self.waits_in_silence:
            return None
        return Sound(SoundKind.WAIT, self.wait)


def participant_of(leg: Leg, entrance: Entrance) -> Participant:
    now = clock.now()
    return Participant(
        leg,
        now,
        now,
        label=entrance.label,
        is_muted=entrance.is_muted,
        starts=entrance.starts,
        ends=entrance.ends,
        beep=entrance.beep,
        wait=entrance.wait,
        waits_in_silence=entrance.waits_in_silence,
        is_coaching=entrance.coached_sid is not None,
        coached_sid=entrance.coached_sid,
    )


@dataclass(slots=True, eq=False)
class Conference:
    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    status: ConferenceStatus = ConferenceStatus.INIT
    region: str = "us1"
    callback: Subscription | None = None
    sequence: int = 0
    most_participants: int = MOST_PARTICIPANTS
    participants: dict[str, Participant] = field(default_factory=dict)
    awaited: dict[str, Participant] = field(default_factory=dict)
    recording: Recording | None = None
    recording_callback: RecordingCallback | None = None
    why_ended: Ended | None = None
    ended_by_sid: str | None = None
    ending: Participant | None = None
    is_end_told: bool = False

    @property
    def is_over(self) -> bool:
        return self.status is ConferenceStatus.COMPLETED

    @property
    def is_started(self) -> bool:
        return self.status is ConferenceStatus.IN_PROGRESS

    def may_start(self) -> bool:
        """Two are needed, and one of them must be one who starts it."""
        people = self.participants.values()
        return len(people) >= 2 and any(person.starts for person in people)

    @property
    def everybody(self) -> list[Participant]:
        """Who is in the room, and who is still being called into it."""
        return [*self.participants.values(), *self.awaited.values()]

    def participant(self, sid_or_label: str) -> Participant | None:
        """The SID of the call wins over a label."""
        for person in self.everybody:
            if person.leg.sid == sid_or_label:
                return person
        return next((person for person in self.everybody if person.label == sid_or_label), None)

    def hears(self, hearer: Participant, speaker: Participant) -> bool:
        """The matrix that audio drivers mix by."""
        if hearer is speaker or not self.is_started:
            return False
        if hearer.is_held or speaker.is_held or speaker.is_muted:
            return False
        if speaker.is_coaching:
            return hearer.leg.sid == speaker.coached_sid
        return True

    def as_state(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "name": self.name,
            "created_at": kept(self.created_at),
            "updated_at": kept(self.updated_at),
            "status": self.status.value,
            "region": self.region,
            "sequence": self.sequence,
            "callback": [self.callback.url, self.callback.method, sorted(self.callback.events)]
            if self.callback
            else None,
            "why_ended": self.why_ended.value if self.why_ended else None,
            "ended_by_sid": self.ended_by_sid,
        }


def conference_from_state(state: dict[str, Any]) -> Conference:
    conference = Conference(
        sid=state["sid"],
        name=state["name"],
        created_at=datetime.fromisoformat(state["created_at"]),
        updated_at=datetime.fromisoformat(state["updated_at"]),
        status=ConferenceStatus(state["status"]),
        region=state["region"],
        sequence=state["sequence"],
        why_ended=Ended(state["why_ended"]) if state["why_ended"] else None,
        ended_by_sid=state["ended_by_sid"],
    )
    if state["callback"]:
        url, method, events = state["callback"]
        conference.callback = Subscription(url, method, frozenset(events))
    return conference
