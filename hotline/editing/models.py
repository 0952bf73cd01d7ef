"""Drafts, tasks to correct an entry, numbers that calls have proven, files brought in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class DraftState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class Purpose(StrEnum):
    """A draft changes what an entry says, or takes the entry away."""

    CHANGE = "change"
    WITHDRAW = "withdraw"


OPEN_STATES = (DraftState.DRAFT, DraftState.IN_REVIEW, DraftState.RETURNED)
_OPEN = "state IN ('draft', 'in_review', 'returned')"


class EntryDraft(Record, Base):
    """What an entry shall say. `base_number` is the version that it was written over, 0: none.

    `content` is a line of the directory's file, possibly with gaps. `contributors` are the ids of
    all who wrote in it: none of them approves it.
    """

    __tablename__ = "entry_draft"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'in_review', 'returned', 'published', 'discarded')", name="state"
        ),
        CheckConstraint("purpose IN ('change', 'withdraw')", name="purpose"),
        Index("uq_entry_draft_open", "city_id", "entry_key", unique=True, postgresql_where=_OPEN),
        Index("ix_entry_draft_organization_id", "organization_id", "id"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    entry_key: Mapped[str]
    purpose: Mapped[str] = mapped_column(String(16), default=Purpose.CHANGE)
    state: Mapped[str] = mapped_column(String(16), default=DraftState.DRAFT)
    base_number: Mapped[int]
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    verify_by: Mapped[date | None]
    expires_on: Mapped[date | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    contributors: Mapped[list[Any]] = mapped_column(default=list)
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decision_note: Mapped[str] = mapped_column(default="")
    published_number: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CorrectionKind(StrEnum):
    """Told to be wrong, its number did not answer, its day to be verified has come, a link in it
    leads nowhere, or its hours cannot be right.
    """

    WRONG = "wrong"
    FAILED_TRANSFER = "failed_transfer"
    VERIFY = "verify"
    DEAD_LINK = "dead_link"
    WRONG_HOURS = "wrong_hours"


class CorrectionState(StrEnum):
    OPEN = "open"
    FIXED = "fixed"
    REJECTED = "rejected"


class Correction(Record, Base):
    """A task of the department that keeps an entry, with a deadline; one of a kind at a time.

    `reported_count` is how often it was told; `note` is masked.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('wrong', 'failed_transfer', 'verify', 'dead_link', 'wrong_hours')",
            name="kind",
        ),
        CheckConstraint("state IN ('open', 'fixed', 'rejected')", name="state"),
        Index(
            "uq_correction_open", "entry_id", "kind", unique=True,
            postgresql_where="state = 'open'",
        ),
        Index("ix_correction_organization_id", "organization_id", "state", "due_at"),
    )  # fmt: skip

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entry.id"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=CorrectionState.OPEN)
    note: Mapped[str] = mapped_column(default="")
    reported_count: Mapped[int] = mapped_column(default=1)
    reported_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    settled_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class NumberProof(Base):
    """When a caller was last put through to a number of an entry, and how often not since then."""

    __tablename__ = "number_proof"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entry.id"), primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    proven_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)


class ImportState(StrEnum):
    CHECKING = "checking"
    FAULTY = "faulty"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    APPLYING = "applying"
    APPLIED = "applied"
    DISCARDED = "discarded"


class EntryImport(Record, Base):
    """A file of entries on its way in. `changes` and `faults` are what the dry run found.

    `done` of `total` rows are through with what is going on now.
    """

    __tablename__ = "entry_import"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'faulty', 'checked', 'submitted', 'applying', 'applied',"
            " 'discarded')",
            name="state",
        ),
        CheckConstraint("format IN ('xlsx', 'jsonl', 'hsds')", name="format"),
        Index("ix_entry_import_organization_id", "organization_id", "id"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    format: Mapped[str] = mapped_column(String(8))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(16), default=ImportState.CHECKING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    faults: Mapped[list[Any]] = mapped_column(default=list)
    changes: Mapped[list[Any]] = mapped_column(default=list)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
