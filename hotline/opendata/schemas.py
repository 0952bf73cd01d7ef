"""JSON of the keys."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.opendata.models import EVERYTHING, ApiKey, KeyScope
from hotline.organizations.models import Organization

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class ApiKeyIn(BaseModel):
    """`contact` is whom to ask when something about the traffic is odd.

    `jurisdiction_id` is that of Open311: a district by its key, null for the whole city.
    """

    model_config = ConfigDict(extra="forbid")

    name: Line
    contact: Line
    scopes: Annotated[list[KeyScope], Field(min_length=1, max_length=2)] = list(EVERYTHING)
    jurisdiction_id: Line | None = None


class ApiKeyOut(BaseModel):
    """`tail` are the last characters, to tell keys apart."""

    id: UUID
    created_at: datetime
    name: str
    contact: str
    key_tail: str
    scopes: list[KeyScope]
    jurisdiction: str | None
    last_used_on: date | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey, districts: Mapping[UUID, Organization]) -> "ApiKeyOut":
        district = districts.get(key.jurisdiction_id) if key.jurisdiction_id else None
        return cls(
            id=key.id,
            created_at=key.created_at,
            name=key.name,
            contact=key.contact,
            key_tail=key.key_tail,
            scopes=[KeyScope(scope) for scope in key.scopes],
            jurisdiction=district.key if district else None,
            last_used_on=key.last_used_on,
            revoked_at=key.revoked_at,
        )


class NewApiKeyOut(ApiKeyOut):
    """`secret` is told this once."""

    secret: str


class ApiKeyList(BaseModel):
    items: list[ApiKeyOut]
