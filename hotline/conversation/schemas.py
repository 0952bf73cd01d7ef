"""What the matcher understood, as the API serves it."""

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
