"""Text messages, one row each: what came in, and what goes out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record
from hotline.messages.states import SendState


class Message(Record, Base):
    """A message that came in. `body` is masked; the sealed columns open only in their own row."""

    __tablename__ = "message"

    provider_sid: Mapped[str] = mapped_column(String(128), unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    to_number: Mapped[str]
    from_masked: Mapped[str]
    from_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    from_blind: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    body: Mapped[str]
    body_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class OutgoingMessage(Record, Base):
    """A message that goes out. `subject` is `ticket:<id>`; the text is made when it is sent.

    `range_blind` is the same for neighboring numbers. `params_sealed` is JSON of what fills the
    template: answers, query codes, links.
    """

    __tablename__ = "outgoing_message"
    __table_args__ = (
        CheckConstraint(
            f"state IN ({', '.join(repr(str(state)) for state in SendState)})", name="state"
        ),
        Index("ix_outgoing_message_subject", "subject", "id"),
        Index("ix_outgoing_message_number", "to_blind", "sent_at"),
        Index("ix_outgoing_message_range", "range_blind", "sent_at"),
        Index("ix_outgoing_message_city", "city_id", "purpose", "sent_at"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    subject: Mapped[str]
    purpose: Mapped[str]
    template: Mapped[str]
    params_sealed: Mapped[bytes]
    to_masked: Mapped[str]
    to_sealed: Mapped[bytes]
    to_blind: Mapped[bytes]
    range_blind: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(default=SendState.QUEUED)
    send_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    provider_sid: Mapped[str | None]
    error: Mapped[str | None]
