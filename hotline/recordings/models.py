"""Rows of recordings; the sound lies in a sealed file of the data directory."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class RecordingKind(StrEnum):
    """A talk with an agent, or a message that a caller left."""

    TALK = "talk"
    MESSAGE = "message"


class RecordingState(StrEnum):
    """Only forward. `lost`: the host has nothing to give; `erased`: kept for its time."""

    RUNNING = "running"
    ENDED = "ended"
    KEPT = "kept"
    LOST = "lost"
    ERASED = "erased"


class CallRecording(Record, Base):
    """One recording of the host. `wants_paused` is the agent's wish, `is_paused` what is so.

    `pauses` lists `{"at", "until", "account_id"}`; `host_deleted_at` is when the host let go of
    its copy. `is_held`: a person has said that it must not be erased yet.
    """

    __tablename__ = "call_recording"
    __table_args__ = (
        CheckConstraint("kind IN ('talk', 'message')", name="kind"),
        CheckConstraint("state IN ('running', 'ended', 'kept', 'lost', 'erased')", name="state"),
        Index("ix_call_recording_kept", "ended_at", postgresql_where="state = 'kept'"),
        Index(
            "ix_call_recording_open",
            "created_at",
            postgresql_where="state IN ('running', 'ended')",
        ),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("talk_room.id"), index=True)
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    provider_sid: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[RecordingKind] = mapped_column(String(16))
    state: Mapped[RecordingState] = mapped_column(String(16), default=RecordingState.RUNNING)
    wants_paused: Mapped[bool] = mapped_column(default=False)
    is_paused: Mapped[bool] = mapped_column(default=False)
    pauses: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime | None]
    host_deleted_at: Mapped[datetime | None]
    is_held: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]


class RecordingRules(Base):
    """An organization's own terms; the newest counts, for all below it."""

    __tablename__ = "recording_rules"
    __table_args__ = (Index("ix_recording_rules_organization_id", "organization_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    is_on: Mapped[bool]
    keep_months: Mapped[int]
    keep_matter_months: Mapped[int]
    keep_self_harm_months: Mapped[int]
