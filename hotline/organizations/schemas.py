"""JSON of the tree."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class OrganizationFilter(BaseModel):
    """The query of the list; `after` is the cursor of the page before."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field("", max_length=100, pattern=r"^[^\x00]*$")
    district: str | None = Field(None, max_length=50, pattern=r"^[^\x00]*$")
    after: int = Field(-1, ge=-1, le=2**31 - 1)
    limit: int = Field(50, ge=1, le=200)


class OrganizationRef(BaseModel):
    """An organization where something else is the subject."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    tier: str
    district: str | None


class OrganizationOut(OrganizationRef):
    key: str
    short_name: str
    parent_id: UUID | None
    kind: str
    level: str
    phone: str | None
    hotline: str | None
    address: str | None
    hours: str
    duties: str
    status: str


class OrganizationPage(BaseModel):
    items: list[OrganizationOut]
    next: str | None


class WordingChanged(BaseModel):
    organization_id: UUID
    key: str
