"""JSON of quality: what is sampled, how it was judged, who has read it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.calls.schemas import CallOut

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class SampleRule(StrEnum):
    """Which talks a reviewer is offered; `random` is fair to all agents.

    `judged` are those that others have judged: a second opinion shows how far apart they are.
    """

    RANDOM = "random"
    LOW_RATING = "low_rating"
    LONG = "long"
    SHORT = "short"
    EMERGENCY = "emergency"
    JUDGED = "judged"


class CriterionOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    key: str
    name: str
    name_en: str
    points: int


class ScorecardOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    criteria: list[CriterionOut]
    fatal: list[CriterionOut]
    pass_total: int


class SampledCall(BaseModel):
    call: CallOut
    agent_id: UUID
    agent: str
    level: int | None = Field(description="来电人对话务的评价")
    seconds: int


class TalkSample(BaseModel):
    rule: SampleRule
    items: list[SampledCall]


class TalkReviewIn(BaseModel):
    """`note` is for the agent: what was good, what to do better."""

    model_config = ConfigDict(extra="forbid")

    call_id: UUID
    marks: dict[str, int] = Field(max_length=30)
    fatal: list[str] = Field(default_factory=list, max_length=10)
    note: Note = ""


class TalkReviewOut(BaseModel):
    id: UUID
    created_at: datetime
    call_id: UUID
    agent_id: UUID
    agent: str
    reviewer: str
    marks: dict[str, int]
    fatal: list[str]
    total: int
    is_passed: bool
    note: str
    read_at: datetime | None


class TalkReviews(BaseModel):
    items: list[TalkReviewOut]
    next: str | None


class Spread(BaseModel):
    """A call that several people judged: how far apart they are."""

    call_id: UUID
    agent: str
    totals: list[int]
    spread: int


class Calibration(BaseModel):
    """`mean_spread` over the calls that more than one person judged; null when there are none."""

    items: list[Spread]
    mean_spread: float | None
