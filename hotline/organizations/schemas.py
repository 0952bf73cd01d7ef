"""JSON of the tree."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict


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
