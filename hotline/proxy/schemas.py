"""JSON of proxy handling."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.proxy.queries import Whole
from hotline.proxy.states import MatterStatus, PaperState, Result, StepState, Way

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]+$"),
]
Passage = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]+$"),
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AuthorizeIn(_In):
    """`is_given` is the resident's yes; by telephone the recorded call is named."""

    entry_id: Line
    district: Line | None = None
    person: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    phone: Annotated[str, StringConstraints(min_length=3, max_length=30)]
    way: Way
    is_given: bool
    call_id: UUID | None = None


class PlannedIn(_In):
    name: Line
    organization: Line
    working_days: int = Field(ge=1, le=60)


class PlanIn(_In):
    steps: list[PlannedIn] = Field(min_length=1, max_length=20)


class PaperIn(_In):
    state: PaperState


class StepDoneIn(_In):
    note: Passage | None = None


class FinishIn(_In):
    result: Result
    note: Passage


class StatementOut(BaseModel):
    """What is read to the resident before they say yes."""

    statement: str


class PaperOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    state: PaperState
    received_at: datetime | None
    returned_at: datetime | None


class StepOut(BaseModel):
    id: UUID
    name: str
    organization_id: UUID
    organization: str
    working_days: int
    state: StepState
    began_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    note: str | None


class MatterOut(BaseModel):
    """A proxy matter with its check-list and its way."""

    id: UUID
    ticket_id: UUID
    number: str
    entry_id: str
    entry_name: str
    status: MatterStatus
    way: Way
    statement: str
    authorized_at: datetime
    withdrawn_at: datetime | None
    person_masked: str
    caller_masked: str | None
    officer_id: UUID | None
    officer: str | None
    papers: list[PaperOut]
    steps: list[StepOut]
    result: Result | None
    result_note: str | None
    finished_at: datetime | None
    version: int

    @classmethod
    def of(cls, whole: Whole, units: dict[UUID, str], people: dict[UUID, str]) -> Self:
        matter, ticket = whole.matter, whole.ticket
        return cls(
            id=matter.id,
            ticket_id=matter.ticket_id,
            number=ticket.number,
            entry_id=matter.entry_key,
            entry_name=matter.entry_name,
            status=MatterStatus(matter.status),
            way=Way(matter.way),
            statement=matter.statement,
            authorized_at=matter.authorized_at,
            withdrawn_at=matter.withdrawn_at,
            person_masked=matter.person_masked,
            caller_masked=ticket.caller_masked,
            officer_id=matter.officer_id,
            officer=people.get(matter.officer_id) if matter.officer_id else None,
            papers=[PaperOut.model_validate(paper) for paper in whole.papers],
            steps=[
                StepOut(
                    id=step.id,
                    name=step.name,
                    organization_id=step.organization_id,
                    organization=units.get(step.organization_id, ""),
                    working_days=step.working_days,
                    state=StepState(step.state),
                    began_at=step.began_at,
                    due_at=step.due_at,
                    done_at=step.done_at,
                    note=step.note,
                )
                for step in whole.steps
            ],
            result=Result(matter.result) if matter.result else None,
            result_note=matter.result_note,
            finished_at=matter.finished_at,
            version=matter.version,
        )


class MatterQuery(_In):
    is_open: bool | None = None
    is_mine: bool = False
    after: UUID | None = None
    limit: int = Field(50, ge=1, le=100)


class MatterPage(BaseModel):
    items: list[MatterOut]
    next: str | None


class ProxyMatterChanged(BaseModel):
    id: UUID
    ticket_id: UUID
    status: MatterStatus
