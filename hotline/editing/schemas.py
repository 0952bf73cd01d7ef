"""JSON of editing."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.calls.schemas import ReasonOut
from hotline.directory.faults import Fault
from hotline.directory.models import EntryVersion
from hotline.editing.differences import Difference
from hotline.editing.models import (
    Correction,
    CorrectionKind,
    CorrectionState,
    DraftState,
    Purpose,
)
from hotline.editing.moves import DraftStep
from hotline.editing.standing import Standing, last_proven

Line = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Lines = Annotated[list[Line], Field(max_length=200)]
EntryKey = Annotated[
    str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftContent(_In):
    """Fields of an entry; those that are not given stay. Gaps are told when it is submitted."""

    kind: Literal["government", "assistance", "complaint", "convenience"] | None = None
    category: Line | None = None
    name: Line | None = None
    aliases: Lines | None = None
    organization_id: Line | None = None
    tier: Literal["city", "district"] | None = None
    districts: Lines | None = None
    summary: Line | None = None
    details: Line | None = None
    procedure: Lines | None = None
    documents: Lines | None = None
    fee: Line | None = None
    time_limit: Line | None = None
    channels: Lines | None = None
    forms: Lines | None = None
    audience: Lines | None = None
    keywords: Lines | None = None
    urgency: Literal["normal", "urgent"] | None = None
    handoff: Literal["answer", "transfer", "ticket", "dispatch"] | None = None
    hours: Line | None = None
    contacts: Lines | None = None
    places: Lines | None = None

    def given(self) -> dict[str, Any]:
        """Only the organization and the hours may be taken away by null."""
        clearable = {"organization_id", "hours"}
        sent = self.model_dump(exclude_unset=True)
        return {
            name: value or None if name in clearable else value
            for name, value in sent.items()
            if value is not None or name in clearable
        }


class DraftIn(_In):
    """`entry_id` of the entry to change, or the id that a new one shall have."""

    entry_id: EntryKey | None = None
    purpose: Purpose = Purpose.CHANGE
    content: DraftContent = DraftContent()
    note: Short = ""


class DraftPatch(_In):
    """`base_number`: the newest version, seen and written over on purpose."""

    version: int = Field(ge=1, le=2**31 - 1)
    content: DraftContent | None = None
    note: Short | None = None
    base_number: int | None = Field(None, ge=0, le=2**31 - 1)
    verify_by: date | None = None
    expires_on: date | None = None


class DraftMove(_In):
    move: DraftStep
    version: int = Field(ge=1, le=2**31 - 1)
    note: Short = ""


class DifferenceOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    field: str
    before: str | None
    after: str | None
    added: list[str]
    removed: list[str]


class FaultOut(BaseModel):
    """`field` of an entry; in a file also `row` (1 is the first line) and `cell`."""

    field: str
    message: str
    row: int | None = None
    cell: str | None = None

    @classmethod
    def of(cls, fault: Fault) -> Self:
        return cls(field=fault.field, message=fault.message)


class SpokenOut(BaseModel):
    """What callers hear of the summary; `text` is it with figures as they are spoken."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    heard: list[str]
    length: int
    seconds: float
    has_figures: bool
    is_cut: bool


class DraftRow(BaseModel):
    """A draft in a list."""

    id: UUID
    entry_id: str
    name: str
    category: str
    organization: str
    purpose: Purpose
    state: DraftState
    author: str
    is_mine: bool
    note: str
    decision_note: str
    base_number: int
    published_number: int | None
    submitted_at: datetime | None
    decided_at: datetime | None
    updated_at: datetime
    version: int


class DraftOut(DraftRow):
    """`is_outdated`: the entry got a newer version since. `may_review`: not one's own."""

    content: dict[str, Any]
    verify_by: date | None
    expires_on: date | None
    contributors: list[str]
    decided_by: str | None
    faults: list[FaultOut]
    differences: list[DifferenceOut]
    spoken: SpokenOut
    current_number: int
    is_outdated: bool
    may_review: bool
    moves: list[DraftStep]


class DraftPage(BaseModel):
    items: list[DraftRow]
    next: str | None


class RehearsalIn(_In):
    text: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")
    district: str | None = Field(None, max_length=50)


class CompetitorOut(BaseModel):
    entry_id: str
    name: str
    category: str
    confidence: float
    is_draft: bool
    reasons: list[ReasonOut]


class AstrayOut(BaseModel):
    """A phrase of the draft by which callers come to another entry."""

    phrase: str
    entry_id: str
    name: str
    confidence: float


class RehearsalOut(BaseModel):
    """`heard` is the first answer, sentence by sentence, with the draft in place."""

    decision: str
    emergency: str | None
    district: str | None
    heard: list[str]
    results: list[CompetitorOut]
    astray: list[AstrayOut]
    ms: float


class VersionOut(BaseModel):
    """`differences` to the version before."""

    number: int
    source: str
    note: str
    published_at: datetime
    author: str | None
    reviewer: str | None
    content: dict[str, Any]
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, row: EntryVersion, told: tuple[Difference, ...], names: dict[UUID, str]) -> Self:
        return cls(
            number=row.number,
            source=row.source,
            note=row.note,
            published_at=row.published_at,
            author=names.get(row.author_id) if row.author_id else None,
            reviewer=names.get(row.reviewer_id) if row.reviewer_id else None,
            content=row.content,
            differences=[DifferenceOut.model_validate(one) for one in told],
        )


class VersionList(BaseModel):
    items: list[VersionOut]


class VerifyIn(_In):
    verify_by: date | None = None


class ProofOut(BaseModel):
    """`proven_at`: a call was last put through; `failures` since then were not."""

    model_config = ConfigDict(from_attributes=True)

    number: str
    proven_at: datetime | None
    failed_at: datetime | None
    failures: int


class StandingOut(BaseModel):
    entry_id: str
    name: str
    category: str
    organization: str | None
    status: str
    number: int
    updated: date
    verified_on: date | None
    verify_by: date | None
    expires_on: date | None
    proven_at: datetime | None
    proofs: list[ProofOut]
    open_corrections: int
    draft_id: UUID | None
    draft_state: DraftState | None

    @classmethod
    def of(cls, one: Standing) -> Self:
        row = one.entry
        return cls(
            entry_id=row.key,
            name=row.name,
            category=row.category,
            organization=one.organization.name if one.organization else None,
            status=row.status,
            number=row.number,
            updated=row.updated_on,
            verified_on=row.verified_on,
            verify_by=row.verify_by,
            expires_on=row.expires_on,
            proven_at=last_proven(one),
            proofs=[ProofOut.model_validate(proof) for proof in one.proofs],
            open_corrections=one.corrections,
            draft_id=one.draft.id if one.draft else None,
            draft_state=DraftState(one.draft.state) if one.draft else None,
        )


class StandingPage(BaseModel):
    items: list[StandingOut]
    next: str | None


class CoverageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    organization_id: UUID
    name: str
    entry_count: int
    phrase_count: int
    due_count: int
    overdue_count: int
    open_corrections: int
    oldest_verified_on: date | None


class CoverageList(BaseModel):
    items: list[CoverageOut]


class ReportIn(_In):
    """What is wrong, in the reporter's words; numbers and names are masked."""

    note: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")


class CorrectionOut(BaseModel):
    id: UUID
    entry_id: str
    entry_name: str
    kind: CorrectionKind
    state: CorrectionState
    note: str
    reported_count: int
    reporter: str | None
    due_at: datetime
    is_overdue: bool
    created_at: datetime
    settled_at: datetime | None
    settled_note: str
    version: int

    @classmethod
    def of(cls, task: Correction, *, entry_id: str, name: str, reporter: str | None,
           now: datetime) -> Self:  # fmt: skip
        return cls(
            id=task.id,
            entry_id=entry_id,
            entry_name=name,
            kind=CorrectionKind(task.kind),
            state=CorrectionState(task.state),
            note=task.note,
            reported_count=task.reported_count,
            reporter=reporter,
            due_at=task.due_at,
            is_overdue=task.state == CorrectionState.OPEN and task.due_at < now,
            created_at=task.created_at,
            settled_at=task.settled_at,
            settled_note=task.settled_note,
            version=task.version,
        )


class CorrectionPage(BaseModel):
    items: list[CorrectionOut]
    next: str | None


class SettleIn(_In):
    outcome: Literal["fixed", "rejected"]
    version: int = Field(ge=1, le=2**31 - 1)
    note: Short = ""


class DraftMoved(BaseModel):
    id: UUID
    entry_id: str
    state: DraftState


class CorrectionChanged(BaseModel):
    id: UUID
    entry_id: str
    state: CorrectionState
