"""JSON of periods and holds."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hotline.retention.kinds import Kind

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=200, pattern=r"^[^\x00]*$"),
]


class TermOut(BaseModel):
    """`least_days` is the floor below which nobody can go."""

    kind: Kind
    days: int
    usual_days: int
    least_days: int


class TermList(BaseModel):
    items: list[TermOut]


class TermIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: int = Field(ge=1, le=36_500)


class LegalHoldIn(BaseModel):
    """The matter by its number, or everything of a telephone number."""

    model_config = ConfigDict(extra="forbid")

    ticket_number: str | None = Field(None, min_length=1, max_length=40, pattern=r"^[^\x00]*$")
    phone: str | None = Field(None, min_length=1, max_length=30, pattern=r"^[^\x00]*$")
    reason: Reason

    @model_validator(mode="after")
    def _one_target(self) -> "LegalHoldIn":
        if (self.ticket_number is None) == (self.phone is None):
            raise ValueError("a ticket or a number")
        return self


class LiftIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason


class LegalHoldOut(BaseModel):
    """`label` is the ticket's number, or the masked telephone number."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    label: str
    reason: str
    placed_at: datetime
    placed_by_id: UUID | None
    lifted_at: datetime | None
    lifted_by_id: UUID | None
    lift_reason: str | None


class LegalHoldPage(BaseModel):
    items: list[LegalHoldOut]
    next: str | None
