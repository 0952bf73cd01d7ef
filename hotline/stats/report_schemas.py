"""JSON of kept reports."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from hotline.stats.kpis import every_kpi
from hotline.stats.wording import Language

Address = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$")
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


RowDimension = Literal[
    "district", "unit", "subject", "subject_class", "kind", "channel", "agent", "vendor", "entry"
]
ColumnDimension = RowDimension | Literal["day", "week", "month", "compare"]


class ReportKind(StrEnum):
    KPIS = "kpis"
    PIVOT = "pivot"
    DAY = "day"
    MONTH = "month"


class ReportSpan(StrEnum):
    YESTERDAY = "yesterday"
    LAST_WEEK = "last_week"
    LAST_MONTH = "last_month"


class Every(StrEnum):
    """In the morning of each day, of Mondays, of the first of the month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class ReportQuestion(BaseModel):
    """What a report tells; `rows`, `columns` and `kpis` matter to a pivot only."""

    model_config = ConfigDict(extra="forbid")

    kind: ReportKind = ReportKind.KPIS
    span: ReportSpan = ReportSpan.YESTERDAY
    rows: RowDimension = "district"
    columns: ColumnDimension | None = None
    language: Language = Language.CHINESE
    kpis: list[str] = Field(default_factory=lambda: ["received"], min_length=1, max_length=8)

    @field_validator("kpis")
    @classmethod
    def _known(cls, keys: list[str]) -> list[str]:
        if set(keys) - set(every_kpi()):
            raise ValueError("no such indicator")
        return keys


class KeptReportIn(BaseModel):
    """`every` null: kept, not mailed. A shared one is seen by all of the organization."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    question: ReportQuestion
    every: Every | None = None
    recipients: list[Address] = Field(default_factory=list, max_length=20)
    is_shared: bool = False


class KeptReportOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    owner_id: UUID
    name: str
    question: ReportQuestion
    every: Every | None
    recipients: list[str]
    is_shared: bool
    sent_on: date | None


class KeptReports(BaseModel):
    items: list[KeptReportOut]
