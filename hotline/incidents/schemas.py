"""JSON of incidents; events carry `IncidentOut` too."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hotline.db.storable import StorableMoment
from hotline.incidents.models import Incident, IncidentStatus
from hotline.incidents.queries import Counts
from hotline.incidents.rules import Kind, Rule
from hotline.organizations.speakable import LONGEST, speakable, storable

Announcement = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=4, max_length=LONGEST),
    AfterValidator(speakable),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(storable),
]
Area = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=50),
    AfterValidator(storable),
]
Message = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=200),
    AfterValidator(storable),
]
EntryIds = Annotated[
    list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=20)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class IncidentConfirm(_Strict):
    """`area` is a district, the whole city (全市), or a place in them; `entry_ids` replace those
    that the calls were about."""

    title: Title
    announcement: Announcement
    area: Area
    expected_end: StorableMoment | None = None
    entry_ids: EntryIds | None = None
    version: int | None = None


class IncidentPatch(_Strict):
    """Left out means unchanged; `expected_end` null means that nobody knows."""

    title: Title | None = None
    announcement: Announcement | None = None
    area: Area | None = None
    expected_end: StorableMoment | None = None
    entry_ids: EntryIds | None = None
    version: int | None = None


class IncidentDismiss(_Strict):
    version: int | None = None


class IncidentClose(_Strict):
    """`message` is what every follower is told."""

    message: Message
    version: int | None = None


class IncidentOut(BaseModel):
    """An incident for whoever may see it: it tells of nobody who called."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: Kind
    status: IncidentStatus
    title: str
    area: str
    district: str | None
    announcement: str | None
    entry_ids: list[str]
    subject_code: str | None
    caller_count: int
    follower_count: int
    began_at: datetime
    created_at: datetime
    expected_end: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    closing_message: str | None
    version: int

    @classmethod
    def of(cls, incident: Incident, district: str | None, counts: Counts) -> Self:
        return cls(
            **{name: getattr(incident, name) for name in _SAME},
            district=district,
            entry_ids=[str(key) for key in incident.entry_keys],
            caller_count=counts.callers,
            follower_count=counts.followers,
        )


_SAME = (
    "id", "kind", "status", "title", "area", "announcement", "subject_code", "began_at",
    "created_at", "expected_end", "confirmed_at", "ended_at", "closing_message", "version",
)  # fmt: skip


class IncidentPage(BaseModel):
    items: list[IncidentOut]
    next: str | None


class RuleLine(_Strict):
    """So many different callers within so many minutes."""

    kind: Kind
    callers: int = Field(ge=2, le=1000)
    minutes: int = Field(ge=1, le=7 * 24 * 60)

    @classmethod
    def of(cls, rule: Rule) -> Self:
        minutes = int(rule.window.total_seconds() // 60)
        return cls(kind=rule.kind, callers=rule.callers, minutes=minutes)


class RulesIn(_Strict):
    """A kind that is left out keeps what holds above."""

    rules: list[RuleLine] = Field(min_length=1, max_length=2)


class RulesOut(BaseModel):
    rules: list[RuleLine]
