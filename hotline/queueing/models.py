"""Rows of waiting lines, who waits in them, who was asked, who is called back, who rated."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.agents.models import Skill
from hotline.db import Base, Record

_LIVE = text("ended_at IS NULL")


class EntryStatus(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ANSWERED = "answered"
    ENDED = "ended"


class Priority(StrEnum):
    """Smaller sorts first in the database; these are its names."""

    EMERGENCY = "emergency"
    RETURNED = "returned"
    NORMAL = "normal"

    @property
    def rank(self) -> int:
        return list(Priority).index(self)


class OfferState(StrEnum):
    """`ringing` is the only open state; every other one is an end."""

    RINGING = "ringing"
    JOINED = "joined"
    DECLINED = "declined"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"


class Queue(Record, Base):
    """The line of one organization for one skill. `key` is its name on the host: opaque."""

    __tablename__ = "queue"
    __table_args__ = (
        UniqueConstraint("organization_id", "skill"),
        Index("ix_queue_city_id", "city_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    key: Mapped[str] = mapped_column(unique=True)
    skill: Mapped[str] = mapped_column(default=Skill.MANDARIN)
    hours: Mapped[str] = mapped_column(default="24/7")
    offer_seconds: Mapped[int] = mapped_column(default=20)
    wrap_up_seconds: Mapped[int] = mapped_column(default=30)
    target_seconds: Mapped[int] = mapped_column(default=15)


class QueueOverflow(Record, Base):
    """Whose agents are asked as well once a caller has waited so long."""

    __tablename__ = "queue_overflow"
    __table_args__ = (UniqueConstraint("queue_id", "to_organization_id"),)

    queue_id: Mapped[UUID] = mapped_column(ForeignKey("queue.id"))
    to_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    after_seconds: Mapped[int]


class QueueEntry(Record, Base):
    """One caller's place. `entered_at` survives a callback; `fence` numbers its offers.

    `refused` are accounts that declined or did not answer; `told_after` the seconds of waiting at
    which the place was last told. `is_callback`: nobody is on the line, we dial when it is time.
    `is_recovering`: the caller is on hold in the room because the agent's line dropped.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'offered', 'answered', 'ended')", name="status"),
        Index("uq_queue_entry_call_id", "call_id", unique=True, postgresql_where=_LIVE),
        Index(
            "ix_queue_entry_waiting",
            "city_id",
            "priority",
            "entered_at",
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_queue_entry_queue_id_entered_at", "queue_id", "entered_at"),
    )

    queue_id: Mapped[UUID] = mapped_column(ForeignKey("queue.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("talk_room.id"))
    wanted_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    skill: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.NORMAL.rank)
    status: Mapped[EntryStatus] = mapped_column(String(16), default=EntryStatus.WAITING)
    fence: Mapped[int] = mapped_column(default=0)
    refused: Mapped[list[Any]] = mapped_column(default=list)
    told_after: Mapped[int | None]
    is_recovering: Mapped[bool] = mapped_column(default=False)
    is_callback: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    offer_after: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class Offer(Record, Base):
    """One agent was asked. `place` is which of the seat's addresses rings."""

    __tablename__ = "offer"
    __table_args__ = (
        Index(
            "uq_offer_entry_id", "entry_id", unique=True, postgresql_where=text("state = 'ringing'")
        ),
        Index(
            "uq_offer_account_id",
            "account_id",
            unique=True,
            postgresql_where=text("state = 'ringing'"),
        ),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("queue_entry.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    leg_id: Mapped[UUID] = mapped_column(ForeignKey("call_leg.id"), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    fence: Mapped[int]
    place: Mapped[int] = mapped_column(default=0)
    state: Mapped[OfferState] = mapped_column(String(16), default=OfferState.RINGING)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CallbackKind(StrEnum):
    """Why we owe a call: a place kept in the line, a call that nobody took, an emergency."""

    KEPT_PLACE = "kept_place"
    MISSED = "missed"
    EMERGENCY = "emergency"


class CallbackStatus(StrEnum):
    DUE = "due"
    WAITING = "waiting"
    REACHED = "reached"
    GIVEN_UP = "given_up"
    CANCELED = "canceled"


class Callback(Record, Base):
    """A call that we owe. `call_id` is the one that came in, `outbound_id` the one we place."""

    __tablename__ = "callback"
    __table_args__ = (
        Index(
            "uq_callback_number_blind",
            "city_id",
            "number_blind",
            unique=True,
            postgresql_where=_LIVE,
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    queue_id: Mapped[UUID] = mapped_column(ForeignKey("queue.id"))
    outbound_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[CallbackKind] = mapped_column(String(16))
    status: Mapped[CallbackStatus] = mapped_column(String(16), default=CallbackStatus.DUE)
    number_blind: Mapped[bytes] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Rating(Record, Base):
    """好差评 of the talk: 5 very satisfied … 1 very dissatisfied, by the resident only."""

    __tablename__ = "rating"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), unique=True)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    level: Mapped[int] = mapped_column(SmallInteger)
    means: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
