"""Rows of subscriptions, their deliveries, and every attempt."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class DeliveryState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Reason(StrEnum):
    """Why a subscription is switched off."""

    BY_HAND = "by_hand"
    FAILING = "failing"
    GONE = "gone"


class Subscription(Record, Base):
    """`position` is the number of the log up to which it was told; `old_secret_sealed` counts
    beside the new one until `old_secret_until`."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(
            "disabled_reason IS NULL OR disabled_reason IN ('by_hand', 'failing', 'gone')",
            name="disabled_reason",
        ),
        Index("ix_subscription_organization_id", "organization_id", "id"),
        Index("ix_subscription_active", "id", postgresql_where="disabled_at IS NULL"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    url: Mapped[str]
    event_types: Mapped[list[Any]]
    secret_sealed: Mapped[bytes]
    old_secret_sealed: Mapped[bytes | None]
    old_secret_until: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Delivery(Record, Base):
    """One event for one subscription; `body` is what is sent, byte for byte, every time."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("subscription_id", "seq"),
        CheckConstraint("state IN ('pending', 'delivered', 'failed', 'dropped')", name="state"),
        Index("ix_webhook_delivery_subscription_id", "subscription_id", "id"),
        Index("ix_webhook_delivery_created_at", "created_at"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    event_type: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default=DeliveryState.PENDING)
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Attempt(Base):
    """One request: what came back, or what went wrong, and how long it took."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery_id", "delivery_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"))
    by_hand: Mapped[bool] = mapped_column(default=False)
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int]
