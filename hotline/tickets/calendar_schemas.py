"""JSON of calendars and limits."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

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
    limits: dict[str, Any]
    office: list[Any]
