"""Rows of the audit: entries, and the links of the chain over them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, uuid7


class Result(StrEnum):
    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"


class AuditEntry(Base):
    """`target` is `type:id`; `address` is where the request came from. No personal data."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("result IN ('ok', 'refused', 'failed')", name="result"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_target", "target"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    session_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    name: Mapped[str]
    action: Mapped[str]
    target: Mapped[str | None]
    result: Mapped[str]
    reason: Mapped[str | None]
    address: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AuditLink(Base):
    """`seq` has no gaps; `hash` covers the entry and the hash before."""

    __tablename__ = "audit_link"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
