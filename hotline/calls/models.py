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
    """With the machine, waiting, with a person; a call that has ended stays so."""

    CONVERSING = "conversing"
    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"


class Call(Record, Base):
    """One call. `said` is the masked transcript; `talk` the sealed state of the conversation.

    Of an outbound call, `from_…` is the resident who is called, and `provider_sid` begins with
    `planned:` until the host has named the call. `desk_id` is the organization of the agent who
    took it, `parties` who is on the line, as shown; `recording` whether the talk is recorded now
    (`on`, `pausing`, `paused`, null). `attestation` is what networks say of the caller's number
    (STIR/SHAKEN, where they sign); it is kept as told and opens nothing.
    """

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
    direction: Mapped[str] = mapped_column(String(16), default="inbound")
    desk_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    parties: Mapped[list[Any]] = mapped_column(default=list)
    outcome: Mapped[str | None]
    recording: Mapped[str | None] = mapped_column(String(16))
    attestation: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own convention)


class Turn(Base):
    """What was heard and what was said to it; partitioned by month.

    `heard` is masked for screens and search, `heard_sealed` is the caller's own words.
    """

    __tablename__ = "turn"
    __is_log__ = True
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
    __is_log__ = True
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


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegRole(StrEnum):
    """Who is at the other end: the resident, the agent who serves, a third party, a supervisor."""

    CALLER = "caller"
    AGENT = "agent"
    CONSULTED = "consulted"
    SUPERVISOR = "supervisor"


class LegState(StrEnum):
    """A leg only moves forward, in this order."""

    PLANNED = "planned"
    RINGING = "ringing"
    ANSWERED = "answered"
    JOINED = "joined"
    ENDED = "ended"


class TalkRoom(Record, Base):
    """A conference on the host. `name` is random; `is_over` is the wish of an agent to end it."""

    __tablename__ = "talk_room"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)
    conference_sid: Mapped[str | None] = mapped_column(String(128))
    is_over: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]


class CallLeg(Record, Base):
    """One party of a call in one room. `wants_…` is what we asked for, `is_…` what the host told.

    The caller's leg has no SID of its own: it is that of the call, in one room after the other.
    `label` is the party's name in the room, new for every attempt; `sequence` the number of the
    last room event that was applied; `aim` says what happens once the party has joined.
    """

    __tablename__ = "call_leg"
    __table_args__ = (
        CheckConstraint("role IN ('caller', 'agent', 'consulted', 'supervisor')", name="role"),
        CheckConstraint(
            "state IN ('planned', 'ringing', 'answered', 'joined', 'ended')", name="state"
        ),
        Index("ix_call_leg_live", "account_id", postgresql_where="state <> 'ended'"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("talk_room.id"), index=True)
    role: Mapped[LegRole] = mapped_column(String(16))
    aim: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    provider_sid: Mapped[str | None] = mapped_column(String(128), unique=True)
    state: Mapped[LegState] = mapped_column(String(16), default=LegState.PLANNED)
    mode: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(default=0)
    wants_end: Mapped[bool] = mapped_column(default=False)
    wants_held: Mapped[bool] = mapped_column(default=False)
    wants_muted: Mapped[bool] = mapped_column(default=False)
    is_held: Mapped[bool] = mapped_column(default=False)
    is_muted: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
