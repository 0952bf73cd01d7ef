"""A call as the API and the events serve it: numbers and words masked."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hotline.calls.models import CallStatus, Direction, LegRole, LegState


class Said(BaseModel):
    """One utterance of either side, personal data masked."""

    turn: int
    at: datetime
    speaker: Literal["caller", "hotline"]
    text: str
    decision: str | None = None


class ReasonOut(BaseModel):
    channel: str
    phrase: str
    weight: float


class Candidate(BaseModel):
    """An entry that the last need may have meant, and why."""

    entry_id: str
    name: str
    category: str
    confidence: float
    reasons: list[ReasonOut] = Field(default_factory=list)


class Party(BaseModel):
    """Somebody on the line of a call, or who was; `role` as in `LegRole`."""

    leg_id: UUID
    role: LegRole
    name: str
    account_id: UUID | None
    state: LegState
    is_held: bool
    is_muted: bool
    since: datetime


class CallOut(BaseModel):
    """`said` in order; `candidates` best first; `district` by its Chinese name.

    `parties` are those whom an agent may know of: whoever listens unheard is not among them.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    from_masked: str
    to: str = Field(validation_alias="to_number")
    district: str | None
    direction: Direction
    status: CallStatus
    emergency: str | None
    started_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    agent_id: UUID | None
    parties: list[Party]
    outcome: str | None
    recording: Literal["on", "pausing", "paused"] | None
    said: list[Said]
    candidates: list[Candidate]
    ticket_ids: list[UUID]
    version: int


class AlarmOut(BaseModel):
    """The text names no number and repeats no words of a caller."""

    id: UUID
    kind: str
    call_id: UUID | None
    ticket_id: UUID | None
    district: str | None
    text: str
    at: datetime


class CallPage(BaseModel):
    items: list[CallOut]
    next: str | None
