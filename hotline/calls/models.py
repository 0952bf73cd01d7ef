"""Calls, their turns, and the webhooks that told us of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class CallStatus(StrEnum):
    """A call only moves forward: with the machine, waiting, with a person, ended."""

    CONVERSING = "conversing"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"


class Call(Record, Base):
    """One call. `said` is the masked transcript; `talk` the sealed state of the conversation."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("status IN ('conversing', 'waiting', 'talking', 'ended')", name="status"),
        Index("ix_call_live", "city_id", "started_at", postgresql_where="status <> 'ended'"),
        Index("ix_call_city_id_started_at", "city_id", "started_at"),
    )

    provider_sid: Mapped[str] = mapped_column(String(128), unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    district: Mapped[str | None]
    to_number: Mapped[str]
    from_masked: Mapped[str]
    from_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    from_blind: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    status: Mapped[CallStatus] = mapped_column(String(16), default=CallStatus.CONVERSING)
    emergency: Mapped[str | None]
    queue: Mapped[str | None]
    step: Mapped[int] = mapped_column(default=0)
    talk: Mapped[bytes | None] = mapped_column(LargeBinary)
    said: Mapped[list[Any]] = mapped_column(default=list)
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    ticket_ids: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    queued_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own convention)


class Turn(Base):
    """What was heard and what was said to it; partitioned by month.

    `heard` is masked for screens and search, `heard_sealed` is the caller's own words.
    """

    __tablename__ = "turn"
    __table_args__ = (
        Index("ix_turn_call_id", "call_id", "number"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(primary_key=True, default=clock.now)
    call_id: Mapped[UUID]
    number: Mapped[int]
    heard: Mapped[str | None]
    heard_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    digits: Mapped[str | None]
    hearing_confidence: Mapped[float | None]
    said: Mapped[str]
    decision: Mapped[str | None]
    results: Mapped[list[Any]] = mapped_column(default=list)
    matched_ms: Mapped[float | None]


class WebhookReceipt(Base):
    """An accepted webhook and its answer, sealed: it may name a ticket or read out an address."""

    __tablename__ = "webhook_receipt"
    __table_args__ = (
        Index("ix_webhook_receipt_key", "key"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(primary_key=True, default=clock.now)
    key: Mapped[str]
    kind: Mapped[str]
    call_id: Mapped[UUID | None]
    answer: Mapped[bytes] = mapped_column(LargeBinary)
