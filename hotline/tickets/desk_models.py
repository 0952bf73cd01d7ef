"""What people at the desk keep for their work: views, watching, their inbox, who is looking."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class Why(StrEnum):
    """Why something lies in an inbox."""

    MENTIONED = "mentioned"
    WATCHED = "watched"


class TicketView(Record, Base):
    """A filter with a name: of one person, or (`account_id` null) of an organization and below."""

    __tablename__ = "ticket_view"
    __table_args__ = (
        Index("ix_ticket_view_organization_id", "organization_id"),
        Index("ix_ticket_view_account_id", "account_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    query: Mapped[dict[str, Any]]
    columns: Mapped[list[Any]]


class TicketWatcher(Base):
    """Who wants to know of everything that happens to a ticket."""

    __tablename__ = "ticket_watcher"
    __table_args__ = (Index("ix_ticket_watcher_account_id", "account_id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)


class InboxItem(Base):
    """Something about a ticket that one person is told; ids only, read by the ticket's rules."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        CheckConstraint("why IN ('mentioned', 'watched')", name="why"),
        Index("ix_inbox_item_account_id", "account_id", "id"),
        Index(
            "uq_inbox_item_unread",
            "account_id",
            "ticket_id",
            unique=True,
            postgresql_where="read_at IS NULL AND why = 'watched'",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    history_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_history.id"))
    why: Mapped[str]
    read_at: Mapped[datetime | None]


class TicketViewer(Base):
    """Who has a ticket open in this minute, and who is writing."""

    __tablename__ = "ticket_viewer"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seen_at: Mapped[datetime]
    is_writing: Mapped[bool]
