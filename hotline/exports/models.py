"""Rows of exports: the asking, never the content."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class ExportState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class ExportRequest(Record, Base):
    """`wanted` says which tickets, `wanted_digest` binds the approval to it."""

    __tablename__ = "export_request"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused')", name="state"),
        CheckConstraint("decided_by_id <> asked_by_id", name="two_persons"),
        Index("ix_export_request_organization_id", "organization_id", "id"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    wanted_digest: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(default=ExportState.ASKED)
    decided_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]
