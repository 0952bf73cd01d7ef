"""Rows of seats and of the changes of their state."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record


class Presence(StrEnum):
    """就绪 通话中 话后 小休 离线."""

    READY = "ready"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    OFFLINE = "offline"


class Skill(StrEnum):
    """Languages that a caller may ask for; every hotline has the first one."""

    MANDARIN = "mandarin"
    MONGOLIAN = "mongolian"


class Seat(Base):
    """`addresses` are tried in order: `["client:a17", "sip:a17@pbx", "+86…"]`.

    `next_state` is what the agent asked for during a talk; it comes after the wrap-up.
    """

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint(
            "state IN ('ready', 'talking', 'wrap_up', 'break', 'offline')", name="state"
        ),
        Index("ix_seat_city_id", "city_id", "state"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    display_name: Mapped[str]
    state: Mapped[Presence] = mapped_column(String(16), default=Presence.OFFLINE)
    reason: Mapped[str | None]
    since: Mapped[datetime] = mapped_column(default=clock.now)
    next_state: Mapped[Presence | None] = mapped_column(String(16))
    next_reason: Mapped[str | None]
    idle_since: Mapped[datetime] = mapped_column(default=clock.now)
    takes_calls: Mapped[bool] = mapped_column(default=True)
    skills: Mapped[list[Any]] = mapped_column(default=lambda: [Skill.MANDARIN])
    addresses: Mapped[list[Any]] = mapped_column(default=list)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    leg_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_leg.id"))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    wrap_up_until: Mapped[datetime | None]


class PresenceChange(Record, Base):
    """From `created_at` on the seat was in this state; `set_by_id` when a supervisor did it."""

    __tablename__ = "presence_change"
    __table_args__ = (
        Index("ix_presence_change_account_id_created_at", "account_id", "created_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[Presence] = mapped_column(String(16))
    reason: Mapped[str | None]
