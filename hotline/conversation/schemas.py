"""What the matcher understood, as the API serves it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hotline.calls.schemas import ReasonOut


class MatchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=5_000)
    district: str | None = None


class MatchOut(BaseModel):
    """`score` orders, `confidence` is the probability that a good agent would agree."""

    entry_id: str
    name: str
    category: str
    score: float
    confidence: float
    reasons: list[ReasonOut]


class UnderstandingOut(BaseModel):
    decision: str
    emergency: str | None
    control: str | None
    district: str | None
    results: list[MatchOut]
    ms: float


class SuggestionOut(BaseModel):
    entry_id: str
    name: str
    category: str


class SuggestionList(BaseModel):
    items: list[SuggestionOut]


class TextIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")


class TextOut(BaseModel):
    """`own` is the organization's text where it has one, `shipped` what is said otherwise."""

    key: str
    shipped: str
    own: str | None


class TextList(BaseModel):
    items: list[TextOut]


class TextVersion(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    text: str
    created_at: datetime


class TextHistory(BaseModel):
    """Newest first."""

    items: list[TextVersion]


class GapOut(BaseModel):
    """`proposal`: add_phrase to the nearest entry, or new_entry."""

    count: int
    examples: list[str]
    entry_id: str | None
    entry_name: str | None
    proposal: str


class GapList(BaseModel):
    """`heard` utterances were looked at, since `since`."""

    since: datetime
    heard: int
    items: list[GapOut]


class UtteranceOut(BaseModel):
    """Masked words, what was decided, the entries that came nearest, and what it was about."""

    at: datetime
    text: str
    decision: str | None
    district: str | None
    results: list[dict[str, Any]]
    chosen_entry_id: str | None


class AnswerTextIn(BaseModel):
    """Which answer goes to the caller as a text message."""

    model_config = ConfigDict(extra="forbid")

    entry_id: str = Field(max_length=200)


class UtterancePage(BaseModel):
    items: list[UtteranceOut]
    next: str | None
