"""JSON of exports."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hotline.exports.models import ExportState

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=200, pattern=r"^[^\x00]*$"),
]


class Wanted(BaseModel):
    """Tickets that were opened in these days; `district` as residents say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    first: date = Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))
    last: date = Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))
    district: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Wanted":
        if not self.first <= self.last or (self.last - self.first).days > 92:
            raise ValueError("at most three months, the first day first")
        return self


class ExportIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason
    wanted: Wanted


class ExportOut(BaseModel):
    """`may_decide` and `may_fetch` are for whoever asks; nobody may do both."""

    id: UUID
    created_at: datetime
    reason: str
    wanted: Wanted
    state: ExportState
    asked_by: str
    decided_by: str | None
    decided_at: datetime | None
    expires_at: datetime
    fetched_at: datetime | None
    is_over: bool
    may_decide: bool
    may_fetch: bool


class ExportPage(BaseModel):
    items: list[ExportOut]
    next: str | None
