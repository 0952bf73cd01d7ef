"""Rows of the event log; partitioned by month of `created_at`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, SmallInteger, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, uuid7


class Event(Base):
    """`seq` is null until the sequencer has seen the commit.

    `trace` is the W3C `traceparent` of what wrote it, where traces are on.
    """

    __tablename__ = "event"
    __is_log__ = True
    __table_args__ = (
        Index("ix_event_unnumbered", "created_at", "id", postgresql_where="seq IS NULL"),
        Index("ix_event_seq", "seq"),
        Index("ix_event_subject", "subject_type", "subject_id"),
        {"postgresql_partition_by": "RANGE (created_at)"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(primary_key=True, default=clock.now)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    scope: Mapped[str]
    audience: Mapped[list[UUID]] = mapped_column(ARRAY(UUIDColumn(as_uuid=True)))
    payload: Mapped[dict[str, Any]]
    trace: Mapped[str | None] = mapped_column(String(64))


class EventPosition(Base):
    """One row: the last number given, and the epoch that changes when the log begins anew."""

    __tablename__ = "event_position"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[UUID]
