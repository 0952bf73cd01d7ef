"""JSON of announcements."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hotline.announcements.models import Announcement, Moment
from hotline.announcements.queries import Span
from hotline.db.storable import StorableMoment
from hotline.organizations.models import Organization
from hotline.organizations.speakable import LONGEST, speakable, storable

LONGEST_AT_GREETING = 54
"""What leaves room for the greeting in the same turn."""

Spoken = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=4, max_length=LONGEST - 1),
    AfterValidator(speakable),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=60),
    AfterValidator(storable),
]
Details = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2_000),
    AfterValidator(storable),
]
EntryIds = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=20)]


class AnnouncementIn(BaseModel):
    """`district` by its name, null for the whole city. `entry_ids`: what it is about."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    spoken: Spoken
    details: Details = ""
    spoken_at: Moment = Moment.MATCH
    district: str | None = Field(None, max_length=50)
    entry_ids: EntryIds = []
    is_on_portal: bool = True
    starts_at: StorableMoment
    ends_at: StorableMoment


class AnnouncementPut(AnnouncementIn):
    """All of it anew."""

    version: int = Field(ge=1, le=2**31 - 1)


class AnnouncementEnd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1, le=2**31 - 1)


class AnnouncementOut(BaseModel):
    id: UUID
    organization: str
    district: str | None
    title: str
    spoken: str
    details: str
    spoken_at: Moment
    entry_ids: list[str]
    is_on_portal: bool
    starts_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None
    span: Span
    version: int

    @classmethod
    def of(cls, row: Announcement, nodes: dict[UUID, Organization], now: datetime) -> Self:
        return cls(
            id=row.id,
            organization=nodes[row.organization_id].name,
            district=nodes[row.district_id].district if row.district_id else None,
            title=row.title,
            spoken=row.spoken,
            details=row.details,
            spoken_at=Moment(row.spoken_at),
            entry_ids=[str(key) for key in row.entry_keys],
            is_on_portal=row.is_on_portal,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            withdrawn_at=row.withdrawn_at,
            span=_span(row, now),
            version=row.version,
        )


class AnnouncementPage(BaseModel):
    items: list[AnnouncementOut]
    next: str | None


def _span(row: Announcement, now: datetime) -> Span:
    if row.withdrawn_at is not None or row.ends_at <= now:
        return Span.PAST
    return Span.CURRENT if row.starts_at <= now else Span.UPCOMING
