"""JSON of recordings: facts about them, never the sound."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.recordings.keeping import MOST_MONTHS, Terms
from hotline.recordings.models import CallRecording, RecordingKind, RecordingState

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]


class RecordingOut(BaseModel):
    """`state` `kept` can be played. `pause_count`: how often sensitive data was left out."""

    id: UUID
    call_id: UUID
    kind: RecordingKind
    state: RecordingState
    started_at: datetime
    seconds: int | None
    pause_count: int
    is_held: bool

    @classmethod
    def of(cls, recording: CallRecording) -> Self:
        return cls(
            id=recording.id,
            call_id=recording.call_id,
            kind=recording.kind,
            state=recording.state,
            started_at=recording.started_at,
            seconds=recording.seconds,
            pause_count=len(recording.pauses),
            is_held=recording.is_held,
        )


class RecordingList(BaseModel):
    items: list[RecordingOut]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlayIn(_Strict):
    reason: Reason


class HoldIn(_Strict):
    """Keep it although its time is over, or no longer."""

    on: bool
    reason: Reason


class RecordingTermsIn(_Strict):
    """Months; `is_on` false: nothing is recorded."""

    is_on: bool = True
    keep_months: int = Field(ge=1, le=MOST_MONTHS)
    keep_matter_months: int = Field(ge=1, le=MOST_MONTHS)
    keep_self_harm_months: int = Field(ge=1, le=MOST_MONTHS)


class RecordingTermsOut(BaseModel):
    is_on: bool
    keep_months: int
    keep_matter_months: int
    keep_self_harm_months: int

    @classmethod
    def of(cls, terms: Terms) -> Self:
        return cls(
            is_on=terms.is_on,
            keep_months=terms.keep_months,
            keep_matter_months=terms.keep_matter_months,
            keep_self_harm_months=terms.keep_self_harm_months,
        )
