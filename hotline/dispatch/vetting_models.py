"""Rows of a vendor's file: papers, people, reviews by two persons, and what bars it from work."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record
from hotline.dispatch.states import (
    BarKind,
    ObjectionState,
    OfferChannel,
    PaperState,
    ReviewState,
    ReviewSubject,
)


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class VendorFile(Base):
    """What dispatch knows of a vendor beside its card in the directory; made when first needed.

    `phone_…` is the registered telephone that offers and codes go to. `silent_turns` counts offers
    in a row that were declined or not answered.
    """

    __tablename__ = "vendor_file"
    __table_args__ = (
        CheckConstraint(_one_of("channel", OfferChannel), name="channel"),
        Index("ix_vendor_file_phone", "phone_blind"),
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    version: Mapped[int] = mapped_column(default=1)
    """Of what an edit of the file shows, the card in the directory included."""
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    legal_name: Mapped[str | None]
    credit_code: Mapped[str | None]
    channel: Mapped[str]
    phone_sealed: Mapped[bytes]
    phone_masked: Mapped[str]
    phone_blind: Mapped[bytes]
    silent_turns: Mapped[int] = mapped_column(default=0)
    cooling_until: Mapped[datetime | None]
    renew_on: Mapped[date | None]
    reminded_days: Mapped[int | None]
    """Read by the release before, beside which this one runs for a while; goes with the next."""


class VendorDocument(Record, Base):
    """A paper with its number, issuer and last day; of the firm, or of one of its workers."""

    __tablename__ = "vendor_document"
    __table_args__ = (
        CheckConstraint(_one_of("state", PaperState), name="state"),
        Index("ix_vendor_document_vendor", "vendor_id", "id"),
        Index("ix_vendor_document_expiry", "expires_on", postgresql_where="state = 'valid'"),
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor_worker.id"))
    kind: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    expires_on: Mapped[date]
    attachment_id: Mapped[UUID | None] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(default=PaperState.SUBMITTED)
    reminded_days: Mapped[int | None]
    """As in the vendor's file."""

    @property
    def has_scan(self) -> bool:
        return self.attachment_id is not None


class VendorWorker(Record, Base):
    """Somebody who goes into homes: identity checked, with a photo on the badge."""

    __tablename__ = "vendor_worker"
    __table_args__ = (
        CheckConstraint(_one_of("state", PaperState), name="state"),
        Index("ix_vendor_worker_vendor", "vendor_id", "id"),
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    name_sealed: Mapped[bytes]
    name_masked: Mapped[str]
    identity_sealed: Mapped[bytes]
    identity_masked: Mapped[str]
    identity_blind: Mapped[bytes]
    badge: Mapped[str]
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(default=PaperState.SUBMITTED)

    @property
    def has_photo(self) -> bool:
        return self.photo_id is not None


class VendorPerson(Record, Base):
    """Somebody of a vendor who answers offers and moves orders with a telephone of their own.

    Signed in by a code to that telephone; the history names them masked. Ended, never erased.
    """

    __tablename__ = "vendor_person"
    __table_args__ = (
        Index(
            "uq_vendor_person_phone", "vendor_id", "phone_blind", unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    name_sealed: Mapped[bytes]
    name_masked: Mapped[str]
    phone_sealed: Mapped[bytes]
    phone_masked: Mapped[str]
    phone_blind: Mapped[bytes]
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]


class VendorReview(Record, Base):
    """A look by two persons: the district collects, the city approves, never the same one.

    `proposed` is what the card would say, where the review is about the card.
    """

    __tablename__ = "vendor_review"
    __table_args__ = (
        CheckConstraint(_one_of("subject", ReviewSubject), name="subject"),
        CheckConstraint(_one_of("state", ReviewState), name="state"),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> collected_by_id", name="two_persons"
        ),
        Index("ix_vendor_review_vendor", "vendor_id", "id"),
        Index(
            "uq_vendor_review_open", "subject_id", unique=True,
            postgresql_where="state NOT IN ('approved', 'refused')",
        ),
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=ReviewState.SUBMITTED)
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    collected_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    collected_at: Mapped[datetime | None]
    collected_note: Mapped[str | None]
    notice_until: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    proposed: Mapped[dict[str, Any] | None]


class VendorObjection(Record, Base):
    """What somebody of the public knows against a firm on notice; the same words stand once.

    `words` are masked. The telephone is there to be answered, and goes with the answer.
    """

    __tablename__ = "vendor_objection"
    __table_args__ = (
        CheckConstraint(_one_of("state", ObjectionState), name="state"),
        CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)"
            " AND (state = 'open' OR (answer IS NOT NULL AND phone_sealed IS NULL))",
            name="answered",
        ),
        UniqueConstraint("review_id", "words"),
    )

    review_id: Mapped[UUID] = mapped_column(ForeignKey("vendor_review.id"))
    words: Mapped[str]
    phone_sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(default=ObjectionState.OPEN)
    answer: Mapped[str | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]

    @property
    def wants_answer(self) -> bool:
        return self.phone_sealed is not None


class VendorBar(Record, Base):
    """Why a vendor is not sent: suspended, blacklisted, or not wanted again by one resident."""

    __tablename__ = "vendor_bar"
    __table_args__ = (
        CheckConstraint(_one_of("kind", BarKind), name="kind"),
        Index("ix_vendor_bar_vendor", "vendor_id", "id"),
        Index("ix_vendor_bar_until", "until", postgresql_where="lifted_at IS NULL"),
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor_worker.id"))
    kind: Mapped[str]
    resident_blind: Mapped[bytes | None]
    reason_code: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lift_reason: Mapped[str | None]
