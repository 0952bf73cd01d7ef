"""JSON of calendars and limits."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.tickets.tier_terms import Standing

_Name = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
_Clock = Annotated[str, StringConstraints(pattern=r"^\d{2}:\d{2}$")]
_Short = Annotated[str, StringConstraints(max_length=20)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DayIn(_Strict):
    """A day off, or a make-up day that is worked."""

    name: _Name = ""
    date: Annotated[str, StringConstraints(max_length=10)]
    isOffDay: bool  # noqa: N815 - the layout of the public files


class CalendarIn(_Strict):
    """A year as it is published, fields `year` and `days`.

    With an organization these are its own days on top of the city's.
    """

    year: int
    days: list[DayIn] = Field(max_length=200)
    organization_id: UUID | None = None


class CalendarImported(BaseModel):
    """`moved_count`: open tickets whose due moment is another one now."""

    model_config = ConfigDict(from_attributes=True)

    year: int
    day_count: int
    moved_count: int


class CalendarsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    shipped: list[int]
    imported: list[int]
    missing: list[int]


class TermsIn(_Strict):
    """`limits`: step → urgency or kind → `3wd`, `4wh`, `24h`; `office`: the periods of a day."""

    limits: dict[_Short, dict[_Short, _Short]] = Field(default_factory=dict)
    office: list[tuple[_Clock, _Clock]] = Field(default_factory=list, max_length=6)


class TermsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organization_id: UUID
    limits: dict[str, dict[str, str]]
    office: list[list[str]]


class StandingTerms(BaseModel):
    """`own`: what the tier has set itself; `limits` and `office`: what holds where it has not."""

    organization_id: UUID
    own: TermsOut | None
    limits: dict[str, dict[str, str]]
    office: list[list[str]]

    @classmethod
    def of(cls, standing: Standing) -> Self:
        periods = standing.above.office.periods
        return cls(
            organization_id=standing.organization_id,
            own=TermsOut.model_validate(standing.own) if standing.own else None,
            limits={step: dict(table) for step, table in standing.above.limits.items()},
            office=[[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in periods],
        )


class TermsVersion(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    set_by_name: str | None = None
    limits: dict[str, dict[str, str]]
    office: list[list[str]]


class TermsHistory(BaseModel):
    """Newest first."""

    items: list[TermsVersion]
