"""Recordings: what was recorded, when, and for how long."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.carrier.moments import kept


class RecordingStatus(StrEnum):
    IN_PROGRESS = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    COMPLETED = "completed"
    ABSENT = "absent"


class RecordingSource(StrEnum):
    DIAL_VERB = "DialVerb"
    CONFERENCE = "Conference"
    OUTBOUND_API = "OutboundAPI"
    RECORD_VERB = "RecordVerb"
    START_CALL_API = "StartCallRecordingAPI"
    START_CONFERENCE_API = "StartConferenceRecordingAPI"


@dataclass(frozen=True, slots=True)
class RecordingCallback:
    url: str | None
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Recording:
    """`seconds` grows only while recording runs; `running_since` is on the call clock."""

    sid: str
    source: RecordingSource
    started_at: datetime
    updated_at: datetime
    call_sid: str | None = None
    conference_sid: str | None = None
    channels: int = 1
    track: str = "both"
    status: RecordingStatus = RecordingStatus.IN_PROGRESS
    seconds: float = 0.0
    running_since: float | None = None
    callback: RecordingCallback | None = None

    @property
    def is_over(self) -> bool:
        return self.status in (
            RecordingStatus.STOPPED,
            RecordingStatus.COMPLETED,
            RecordingStatus.ABSENT,
        )

    def run(self, now: float) -> None:
        if self.running_since is None:
            self.running_since = now

    def rest(self, now: float) -> None:
        if self.running_since is not None:
            self.seconds += now - self.running_since
            self.running_since = None

    def as_state(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "source": self.source.value,
            "started_at": kept(self.started_at),
            "updated_at": kept(self.updated_at),
            "call_sid": self.call_sid,
            "conference_sid": self.conference_sid,
            "channels": self.channels,
            "track": self.track,
            "status": self.status.value,
            "seconds": self.seconds,
        }


def recording_from_state(state: dict[str, Any]) -> Recording:
    """A recording that was still running when the carrier stopped ends there."""
    status = RecordingStatus(state["status"])
    is_cut = status in (RecordingStatus.IN_PROGRESS, RecordingStatus.PAUSED)
    return Recording(
        sid=state["sid"],
        source=RecordingSource(state["source"]),
        started_at=datetime.fromisoformat(state["started_at"]),
        updated_at=datetime.fromisoformat(state["updated_at"]),
        call_sid=state["call_sid"],
        conference_sid=state["conference_sid"],
        channels=state["channels"],
        track=state["track"],
        status=RecordingStatus.COMPLETED if is_cut else status,
        seconds=state["seconds"],
    )
