"""Rows of follow-up calls: one for each try."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class FollowUpEnd(StrEnum):
    """What came of a try. Only `unreached` and `hung_up` count as tries without a result."""

    RATED = "rated"
    TO_PERSON = "to_person"
    DECLINED = "declined"
    UNREACHED = "unreached"
    HUNG_UP = "hung_up"
    CANCELED = "canceled"


class FollowUpCall(Record, Base):
    """`round` is how often the work was redone before; `answers` by question, numbers only."""

    __tablename__ = "follow_up_call"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('rated', 'to_person', 'declined', 'unreached', 'hung_up', 'canceled')",
            name="outcome",
        ),
        UniqueConstraint("ticket_id", "round", "attempt"),
        Index("ix_follow_up_call_open", "city_id", postgresql_where="ended_at IS NULL"),
    )

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), unique=True)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    question: Mapped[str] = mapped_column(String(16), default="resolved")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    silences: Mapped[int] = mapped_column(SmallInteger, default=0)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[FollowUpEnd | None] = mapped_column(String(16))


class FollowUpRules(Base):
    """An organization's own terms; the newest counts, for all below it."""

    __tablename__ = "follow_up_rules"
    __table_args__ = (Index("ix_follow_up_rules_organization_id", "organization_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    is_on: Mapped[bool]
    first_after_minutes: Mapped[int]
    again_after_minutes: Mapped[int]
