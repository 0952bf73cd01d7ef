"""Rows of tickets. `ticket_history` is only ever added to: the database refuses anything else."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7
from hotline.tickets.states import Asked, Channel, Outcome, Status, TicketKind, Urgency

__all__ = [
    "HolidayNotice",
    "IdempotentPost",
    "Status",
    "Ticket",
    "TicketCodeTry",
    "TicketHistory",
    "TicketKind",
    "TicketLink",
    "TicketPetitioner",
    "TicketReply",
    "TicketRequest",
    "TicketReveal",
    "TicketUnsealing",
    "TicketVisit",
    "TierTerms",
    "Urgency",
    "ticket_number",
]

ticket_number = Sequence("ticket_number", metadata=Base.metadata)


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class Ticket(Record, Base):
    """A matter that somebody wants settled.

    `district_id` is where it is (null: city-wide); `custody_id` is who holds it. Columns that end
    in `_sealed` open only with the row's own place; those in `_masked` may be shown to whoever
    sees the ticket. `entry_name` and `subject` are what it was filed as.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(_one_of("status", Status), name="status"),
        CheckConstraint(_one_of("kind", TicketKind), name="kind"),
        CheckConstraint(_one_of("urgency", Urgency), name="urgency"),
        UniqueConstraint("number"),
        Index(
            "uq_ticket_call_need",
            "call_id",
            "need",
            unique=True,
            postgresql_where="call_id IS NOT NULL",
        ),
        Index("ix_ticket_district", "district_id", "id"),
        Index("ix_ticket_custody", "custody_id", "id"),
        Index("ix_ticket_custody_district", "custody_id", "district_id", "id"),
        Index("ix_ticket_status", "status", "id"),
        Index("ix_ticket_assignee", "assignee_id", "id"),
        Index("ix_ticket_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_ticket_caller", "caller_blind", postgresql_where="caller_blind IS NOT NULL"),
        Index("ix_ticket_parent", "parent_id", postgresql_where="parent_id IS NOT NULL"),
        Index("ix_ticket_grams", "grams", postgresql_using="gin"),
        Index(
            "ix_ticket_subject",
            "subject_code",
            "created_at",
            postgresql_where="subject_code IS NOT NULL",
        ),
        Index(
            "ix_ticket_entry", "entry_key", "created_at", postgresql_where="entry_key IS NOT NULL"
        ),
        Index(
            "ix_ticket_open_due",
            "due_at",
            "id",
            postgresql_where="closed_at IS NULL AND due_at IS NOT NULL",
        ),
        Index("ix_ticket_created", "created_at", "id"),
        Index("ix_ticket_urgent", "id", postgresql_where="urgency <> 'normal'"),
        Index("ix_ticket_supervised", "id", postgresql_where="supervision_level > 0"),
        Index("ix_ticket_confidential", "id", postgresql_where="confidential"),
        Index("ix_ticket_late", "id", postgresql_where="rung IS NOT NULL"),
        Index("ix_ticket_wake", "wake_at", postgresql_where="wake_at IS NOT NULL"),
    )

    number: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(default=Status.REGISTERED)
    kind: Mapped[str]
    urgency: Mapped[str] = mapped_column(default=Urgency.NORMAL)
    title: Mapped[str]
    description: Mapped[str]
    description_sealed: Mapped[bytes]
    subject_code: Mapped[str | None]
    subject: Mapped[str | None]
    sla_working_days: Mapped[int | None]
    entry_key: Mapped[str | None]
    entry_name: Mapped[str | None]

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    custody_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    proposed_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    replied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))

    call_id: Mapped[UUID | None]
    need: Mapped[str] = mapped_column(default="")
    caller_sealed: Mapped[bytes | None]
    caller_masked: Mapped[str | None]
    caller_blind: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    address_masked: Mapped[str | None]
    confidential: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)

    due_at: Mapped[datetime | None]
    resident_due_at: Mapped[datetime | None]
    step_due_at: Mapped[datetime | None]
    return_until: Mapped[datetime | None]
    due_is_certain: Mapped[bool] = mapped_column(default=True)
    dispatched_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    extension_count: Mapped[int] = mapped_column(default=0)
    redo_count: Mapped[int] = mapped_column(default=0)
    clock_started_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None]
    rung: Mapped[str | None]
    supervision_level: Mapped[int] = mapped_column(default=0)
    urge_count: Mapped[int] = mapped_column(default=0)
    erased_at: Mapped[datetime | None]
    repeat_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    referred_to: Mapped[str | None]
    referral_number: Mapped[str | None]
    redacted_at: Mapped[datetime | None]
    redacted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    grams: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class TicketHistory(Base):
    """One thing that happened to a ticket: by whom, for which organization, why, before, after."""

    __tablename__ = "ticket_history"
    __table_args__ = (Index("ix_ticket_history_ticket", "ticket_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    name: Mapped[str]
    move: Mapped[str | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[str | None]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    organization_name: Mapped[str | None]
    tier: Mapped[str | None]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    note: Mapped[str | None]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TicketRequest(Record, Base):
    """What a unit asked for (return, extension, suspension), and how it was ruled."""

    __tablename__ = "ticket_request"
    __table_args__ = (
        CheckConstraint(_one_of("asked", Asked), name="asked"),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', Outcome)}", name="outcome"),
        Index("ix_ticket_request_ticket", "ticket_id", "id"),
        Index(
            "uq_ticket_request_open",
            "ticket_id",
            "asked",
            unique=True,
            postgresql_where="outcome IS NULL",
        ),
    )

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    asked: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    statute: Mapped[str | None]
    ground: Mapped[str | None]
    working_days: Mapped[int | None]
    review_at: Mapped[datetime | None]
    endorsed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    endorsed_at: Mapped[datetime | None]
    ruled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ruled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class TicketReply(Record, Base):
    """A unit's answer: what the resident is told, and what stays inside."""

    __tablename__ = "ticket_reply"
    __table_args__ = (Index("ix_ticket_reply_ticket", "ticket_id", "id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    replied_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    public_answer: Mapped[str]
    internal_note: Mapped[str | None]
    resolved: Mapped[bool]
    contacted_at: Mapped[datetime]
    signed_off_by: Mapped[str | None]


class TicketVisit(Record, Base):
    """One follow-up attempt (回访) and, when the resident was reached, what they said."""

    __tablename__ = "ticket_visit"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("unit_level IS NULL OR unit_level BETWEEN 1 AND 5", name="unit_level"),
        CheckConstraint("agent_level IS NULL OR agent_level BETWEEN 1 AND 5", name="agent_level"),
        CheckConstraint(_one_of("channel", Channel), name="channel"),
        Index("ix_ticket_visit_ticket", "ticket_id", "id"),
    )

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    visited_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    round: Mapped[int]
    reached: Mapped[bool]
    resolved: Mapped[bool | None]
    level: Mapped[int | None]
    unit_level: Mapped[int | None]
    agent_level: Mapped[int | None]
    channel: Mapped[str] = mapped_column(default=Channel.PERSON)
    note: Mapped[str | None]


class TicketPetitioner(Record, Base):
    """Another caller with the same matter, joined when their ticket was merged into this one."""

    __tablename__ = "ticket_petitioner"
    __table_args__ = (UniqueConstraint("ticket_id", "from_ticket_id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    from_ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    call_id: Mapped[UUID | None]
    caller_sealed: Mapped[bytes | None]
    caller_masked: Mapped[str | None]
    caller_blind: Mapped[bytes | None]


class HolidayNotice(Base):
    """A year's days off and make-up days as an organization imported them; the newest counts.

    The city's notice stands in the place of the shipped one; an override adds days to it.
    """

    __tablename__ = "holiday_notice"
    __table_args__ = (Index("ix_holiday_notice_organization", "organization_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    year: Mapped[int]
    is_override: Mapped[bool]
    days: Mapped[list[Any]]


class TierTerms(Base):
    """An organization's own limits and office hours; the newest counts, for all below it."""

    __tablename__ = "tier_terms"
    __table_args__ = (Index("ix_tier_terms_organization", "organization_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    limits: Mapped[dict[str, Any]]
    office: Mapped[list[Any]]


class IdempotentPost(Base):
    """The answer that was given to a POST with an `Idempotency-Key`."""

    __tablename__ = "ticket_idempotency"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    request_hash: Mapped[bytes]
    answer: Mapped[dict[str, Any] | None]


class TicketCodeTry(Base):
    """How often a query code of a ticket was judged on a day, over all calls."""

    __tablename__ = "ticket_code_try"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)
    tries: Mapped[int]


class TicketReveal(Base):
    """Who saw which sealed field of a ticket, when, and why."""

    __tablename__ = "ticket_reveal"
    __table_args__ = (
        Index("ix_ticket_reveal_account", "account_id", "at"),
        Index("ix_ticket_reveal_ticket", "ticket_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    fields: Mapped[list[Any]]
    reason: Mapped[str]


class TicketUnsealing(Record, Base):
    """A wish to know who a confidential informant is; it opens once a second person agrees."""

    __tablename__ = "ticket_unsealing"
    __table_args__ = (Index("ix_ticket_unsealing_ticket", "ticket_id", "id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]


class TicketLink(Record, Base):
    """A link that opens one ticket for one purpose; the token itself is stored nowhere."""

    __tablename__ = "ticket_link"
    __table_args__ = (UniqueConstraint("token_hash"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
