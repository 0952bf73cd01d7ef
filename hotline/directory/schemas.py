"""JSON of the directory."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hotline.directory.queries import Listing
from hotline.organizations.models import Organization

_STORABLE = r"^[^\x00]*$"


class EntryQuery(BaseModel):
    """The query of the list; `after` is the cursor of the page before."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=100, pattern=_STORABLE)
    category: str | None = Field(None, max_length=100, pattern=_STORABLE)
    kind: Literal["government", "assistance", "complaint", "convenience"] | None = None
    district: str | None = Field(None, max_length=50, pattern=_STORABLE)
    after: int = Field(0, ge=0, le=2**31 - 1)
    limit: int = Field(50, ge=1, le=200)


class Contact(BaseModel):
    """Who is responsible, and how to reach them."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str
    name: str
    phone: str | None
    address: str | None


class EntryOut(BaseModel):
    """`id` is the one of the files; `hours` are its own or those of the organization."""

    id: str
    name: str
    kind: str
    category: str
    summary: str
    organization: Contact | None
    tier: str
    districts: list[str]
    handoff: str
    urgency: str
    fee: str
    time_limit: str
    documents: list[str]
    procedure: list[str]
    details: str
    channels: list[str]
    forms: list[str]
    audience: list[str]
    keywords: list[str]
    aliases: list[str]
    hours: str | None
    contacts: list[str]
    places: list[str]
    updated: date
    number: int
    verified_on: date | None
    verify_by: date | None
    expires_on: date | None

    @classmethod
    def of(cls, listed: Listing) -> Self:
        row = listed.entry
        names = set(cls.model_fields) - {"id", "organization", "aliases", "hours", "updated"}
        return cls(
            id=row.key,
            organization=_contact(listed.organization),
            aliases=list(listed.aliases),
            hours=row.hours or (listed.organization.hours if listed.organization else None),
            updated=row.updated_on,
            **{name: getattr(row, name) for name in names},
        )


class EntryPage(BaseModel):
    items: list[EntryOut]
    next: str | None


class SubjectOut(BaseModel):
    """A class of the taxonomy; `parent` is the code above it."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    code: str
    level: int
    parent: str | None = Field(validation_alias="parent_code")
    name: str
    examples: list[str]
    sla_working_days: int


class SubjectPage(BaseModel):
    items: list[SubjectOut]
    next: str | None = None


def _contact(organization: Organization | None) -> Contact | None:
    return Contact.model_validate(organization) if organization is not None else None


class DirectoryPublished(BaseModel):
    """None named: whatever is shown of the directory is fetched anew."""

    entry_ids: list[str]
