"""JSON of the keys."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class ApiKeyIn(BaseModel):
    """`contact` is whom to ask when something about the traffic is odd."""

    model_config = ConfigDict(extra="forbid")

    name: Line
    contact: Line


class ApiKeyOut(BaseModel):
    """`tail` are the last characters, to tell keys apart."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    name: str
    contact: str
    key_tail: str
    last_used_on: date | None
    revoked_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """`secret` is told this once."""

    secret: str


class ApiKeyList(BaseModel):
    items: list[ApiKeyOut]
