"""Rows of periods and holds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, uuid7


class RetentionTerm(Base):
    """How many days a city keeps a kind; only ever added to, the newest counts."""

    __tablename__ = "retention_term"
    __table_args__ = (Index("ix_retention_term_city", "city_id", "kind", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(32))
    days: Mapped[int]
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class LegalHold(Base):
    """Nothing of the matter, or of the number, is erased until it is lifted.

    `label` is the ticket's number, or the masked number.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        CheckConstraint("(ticket_id IS NULL) <> (number_blind IS NULL)", name="one_target"),
        CheckConstraint("(lifted_at IS NULL) = (lift_reason IS NULL)", name="lifted_with_reason"),
        Index("ix_legal_hold_open", "city_id", "id", postgresql_where="lifted_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    placed_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200))
    placed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lift_reason: Mapped[str | None] = mapped_column(String(200))
