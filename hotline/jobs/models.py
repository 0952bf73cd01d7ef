"""One row per job; done rows are kept for a while and then deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, uuid7


class Job(Base):
    """`dedupe` is a business key: at most one open job of a kind has it."""

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "uq_job_kind_dedupe",
            "kind",
            "dedupe",
            unique=True,
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL"),
        ),
        Index(
            "ix_job_due",
            "run_at",
            "id",
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL"),
        ),
        Index("ix_job_parked", "parked_at", postgresql_where=text("parked_at IS NOT NULL")),
        Index("ix_job_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str]
    dedupe: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    run_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    max_attempts: Mapped[int]
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    error: Mapped[str | None]
