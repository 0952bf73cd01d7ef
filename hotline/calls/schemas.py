"""A call as the API and the events serve it: numbers and words masked."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hotline.calls.models import CallStatus


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


class CallOut(BaseModel):
    """`said` in order; `candidates` best first; `district` by its Chinese name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    from_masked: str
    to: str = Field(validation_alias="to_number")
    district: str | None
    status: CallStatus
    emergency: str | None
    started_at: datetime
    queued_at: datetime | None
    ended_at: datetime | None
    said: list[Said]
    candidates: list[Candidate]
    ticket_ids: list[UUID]
    version: int


class CallPage(BaseModel):
    items: list[CallOut]
    next: str | None
