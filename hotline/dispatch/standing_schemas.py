"""JSON of standings, bars and appeals."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hotline.db.storable import StorableMoment
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import Passage
from hotline.dispatch.standing import Advice, Grade, Mark
from hotline.dispatch.standing_models import AppealState, AppealSubject
from hotline.dispatch.states import BarKind
from hotline.tickets.schemas import Strict

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)]


class MarkOut(BaseModel):
    """`share` is drawn toward 0.9; it is what counts."""

    mark: Mark
    good: int
    all: int
    share: float
    weight: float


class VendorGradeOut(BaseModel):
    id: UUID
    vendor_id: UUID
    vendor_name: str
    month: str
    grade: Grade
    score: float
    satisfaction: float
    is_warned: bool
    marks: list[MarkOut]
    advice: list[Advice]


class BarOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    vendor_id: UUID
    worker: str | None = Field(description="只停这一位上门人员；空为停整家")
    kind: BarKind
    reason_code: str
    reason: str
    evidence: list[str]
    since: datetime
    until: datetime | None
    lifted_at: datetime | None
    lift_reason: str | None


class AppealOut(BaseModel):
    id: UUID
    vendor_id: UUID
    vendor_name: str
    subject: AppealSubject
    subject_id: UUID
    words: str
    state: AppealState
    answer: str | None
    created_at: datetime
    decided_at: datetime | None


class ComplaintOut(BaseModel):
    """A quarrel about an order: what the resident said, and how it ended."""

    order_id: UUID
    ticket_id: UUID
    number: str
    service: str
    at: datetime
    words: str | None
    end: Move | None = Field(description="处理结果；空为还在处理")
    ended_at: datetime | None
    answer: str | None


class VendorStandingOut(BaseModel):
    """Everything about how a vendor stands, newest first."""

    months: list[VendorGradeOut]
    bars: list[BarOut]
    complaints: list[ComplaintOut]
    appeals: list[AppealOut]


class VendorGradeList(BaseModel):
    month: str | None
    items: list[VendorGradeOut]


class AppealList(BaseModel):
    items: list[AppealOut]


class BarIn(Strict):
    """A suspension needs an end; a blacklisting without one is for good. With a worker it is that
    person who is barred, with whichever firm, and the vendor goes on with its others."""

    worker_id: UUID | None = None
    kind: Literal[BarKind.SUSPENSION, BarKind.BLACKLIST]
    reason_code: Annotated[str, Field(pattern=r"^[a-z_]{3,40}$")]
    reason: Words
    evidence: Annotated[list[Words], Field(max_length=20)] = Field(default_factory=list)
    until: StorableMoment | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if self.kind is BarKind.SUSPENSION and self.until is None:
            raise ValueError("暂停应有截止时间")
        if self.kind is BarKind.BLACKLIST and not self.evidence:
            raise ValueError("列入黑名单应附证据")
        return self


class LiftIn(Strict):
    reason: Words


class DecisionIn(Strict):
    is_upheld: bool
    answer: Passage
