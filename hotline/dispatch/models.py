"""Rows of work orders. `work_order_history` is only ever added to; the database holds it to that.

Columns that end in `_sealed` open only in their own row; those in `_masked` may be shown. Money is
in cents.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Sequence, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7
from hotline.dispatch.states import (
    CodePurpose,
    Consent,
    DonePhoto,
    LinkPurpose,
    OfferChannel,
    OfferState,
    OrderState,
    Urgency,
)

# Alembic and the application see every table of the package through this module.
from hotline.dispatch.vetting_models import (
    VendorBar,
    VendorDocument,
    VendorFile,
    VendorObjection,
    VendorPerson,
    VendorReview,
    VendorWorker,
)

__all__ = [
    "DispatchCode",
    "Offer",
    "VendorBar",
    "VendorDocument",
    "VendorFile",
    "VendorLink",
    "VendorObjection",
    "VendorPerson",
    "VendorReview",
    "VendorWorker",
    "WorkOrder",
    "WorkOrderHistory",
    "work_order_number",
]

work_order_number = Sequence("work_order_number", metadata=Base.metadata)


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class WorkOrder(Record, Base):
    """The vendor's part of a ticket. `vendor_id` is who won it, `chosen_vendor_id` who was wished.

    `seed` makes the chance in the choice repeatable. `list_…_cents` is the winner's price list as
    it was when it accepted; `step_due_at` is when the order is overdue in its present state.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        CheckConstraint(_one_of("state", OrderState), name="state"),
        CheckConstraint(_one_of("urgency", Urgency), name="urgency"),
        CheckConstraint(_one_of("consent", Consent), name="consent"),
        CheckConstraint(_one_of("done_photo", DonePhoto), name="done_photo"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
        UniqueConstraint("number"),
        Index(
            "uq_work_order_ticket",
            "ticket_id",
            unique=True,
            postgresql_where="state <> 'cancelled'",
        ),
        Index("ix_work_order_district", "district_id", "id"),
        Index("ix_work_order_state", "state", "id"),
        Index("ix_work_order_vendor", "vendor_id", "id"),
        Index("ix_work_order_due", "step_due_at", postgresql_where="step_due_at IS NOT NULL"),
        Index("ix_work_order_owing", "district_id", "id", postgresql_where="done_photo = 'owed'"),
        Index("ix_work_order_caller", "caller_blind", postgresql_where="caller_blind IS NOT NULL"),
        Index("ix_work_order_category", "city_id", "category", "accepted_at"),
    )

    number: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(default=OrderState.TO_OFFER)
    urgency: Mapped[str] = mapped_column(default=Urgency.NORMAL)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    call_id: Mapped[UUID | None]
    entry_key: Mapped[str]
    service: Mapped[str]
    category: Mapped[str]
    needs: Mapped[str] = mapped_column(default="")
    caller_sealed: Mapped[bytes | None]
    caller_masked: Mapped[str | None]
    caller_blind: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    address_masked: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    wanted_when: Mapped[str | None]
    appointment_at: Mapped[datetime | None]
    is_elder: Mapped[bool] = mapped_column(default=False)
    consent: Mapped[str] = mapped_column(default=Consent.UNASKED)
    consent_at: Mapped[datetime | None]
    consent_how: Mapped[str | None]

    seed: Mapped[int]
    offer_count: Mapped[int] = mapped_column(default=0)
    chosen_vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor.id"))
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor_worker.id"))

    list_min_cents: Mapped[int | None]
    list_max_cents: Mapped[int | None]
    list_unit: Mapped[str | None]
    quote_cents: Mapped[int | None]
    quote_quantity: Mapped[float | None]
    quote_note: Mapped[str | None]
    quote_basis: Mapped[str | None]
    quote_confirmed_at: Mapped[datetime | None]
    amount_cents: Mapped[int | None]
    photo_count: Mapped[int] = mapped_column(default=0)
    """Of the work as it is being done now; another vendor, or rework, begins at none."""
    done_photo: Mapped[str] = mapped_column(default=DonePhoto.UNASKED)

    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    on_the_way_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    resident_accepted_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    warranty_until: Mapped[datetime | None]
    step_due_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rating_words: Mapped[str | None]
    rated_at: Mapped[datetime | None]
    reason_code: Mapped[str | None]
    rework_count: Mapped[int] = mapped_column(default=0)
    before_dispute: Mapped[str | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Offer(Record, Base):
    """An order offered to one vendor. `reason` is the whole choice as it was made, for appeals.

    `sent_at` is written before the telephone network is asked, so that nothing is asked twice;
    `message_id` or `call_sid` is how it went.
    """

    __tablename__ = "work_order_offer"
    __table_args__ = (
        CheckConstraint(_one_of("state", OfferState), name="state"),
        CheckConstraint(_one_of("channel", OfferChannel), name="channel"),
        Index("ix_work_order_offer_order", "order_id", "id"),
        Index("ix_work_order_offer_vendor", "vendor_id", "state", "id"),
        Index(
            "uq_work_order_offer_open", "order_id", unique=True, postgresql_where="state = 'open'"
        ),
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("work_order.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(default=OfferState.OPEN)
    channel: Mapped[str]
    reason: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[UUID | None]
    call_sid: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    decline_code: Mapped[str | None]
    decline_note: Mapped[str | None]


class WorkOrderHistory(Base):
    """One thing that happened to an order: by whom, why, before and after."""

    __tablename__ = "work_order_history"
    __table_args__ = (Index("ix_work_order_history_order", "order_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("work_order.id"))
    name: Mapped[str]
    move: Mapped[str | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[str]
    vendor_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor.id"))
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason_code: Mapped[str | None]
    note: Mapped[str | None]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class VendorLink(Record, Base):
    """A token of at least 128 bits, kept as its hash, for one vendor and one purpose."""

    __tablename__ = "vendor_link"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", LinkPurpose), name="purpose"),
        UniqueConstraint("token_hash"),
        Index("ix_vendor_link_order", "order_id", postgresql_where="order_id IS NOT NULL"),
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"), index=True)
    purpose: Mapped[str]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_order.id"))
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_order_offer.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("vendor_person.id"))
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]


class DispatchCode(Record, Base):
    """Six digits sent by text message: a resident agrees to a quote, a vendor opens its pages."""

    __tablename__ = "dispatch_code"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", CodePurpose), name="purpose"),
        Index("ix_dispatch_code_subject", "subject_id", "purpose", "id"),
    )

    purpose: Mapped[str]
    subject_id: Mapped[UUID]
    code_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
