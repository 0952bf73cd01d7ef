"""JSON of the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AuditQuery(BaseModel):
    """`after` is the cursor of the page before. `target` (`ticket:<id>`) with the actions of
    opening what is sealed tells who saw what.
    """

    model_config = ConfigDict(extra="forbid")

    after: UUID | None = None
    limit: int = Field(50, ge=1, le=200)
    target: str | None = Field(None, max_length=200)
    action: str | None = Field(None, max_length=60)
    account_id: UUID | None = None


class AuditEntryOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    account_id: UUID | None
    name: str
    organization_id: UUID | None
    action: str
    target: str | None
    result: str
    reason: str | None
    address: str | None
    details: dict[str, Any]


class AuditPage(BaseModel):
    items: list[AuditEntryOut]
    next: str | None


class VerificationOut(BaseModel):
    """`flaw` at `seq` is missing, altered, unlinked, or against a signed head cut_off, rewritten,
    forged; null when the chain holds.
    """

    model_config = ConfigDict(from_attributes=True)

    entry_count: int
    head: str
    flaw: str | None
    seq: int | None
