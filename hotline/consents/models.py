"""Rows of the ledger; nothing refers to them, nothing changes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import Base, uuid7


class ConsentEntry(Base):
    """`subject` is the matter, `type:id`; `wording` names the words, `key@digest`.

    `account_id` is the member of staff who noted it, null where the resident answered alone;
    `reason` is what that person wrote down when it was taken back.
    """

    __tablename__ = "consent_entry"
    __is_log__ = True
    __table_args__ = (
        CheckConstraint(
            f"purpose IN ({', '.join(repr(str(one)) for one in Purpose)})", name="purpose"
        ),
        CheckConstraint(
            f"answer IN ({', '.join(repr(str(one)) for one in Answer)})", name="answer"
        ),
        CheckConstraint(
            f"channel IN ({', '.join(repr(str(one)) for one in Channel)})", name="channel"
        ),
        Index("ix_consent_entry_subject", "subject", "id"),
        Index("ix_consent_entry_at", "city_id", "at", "id"),
        Index("ix_consent_entry_number", "number_blind", "purpose", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID]
    number_blind: Mapped[bytes | None] = mapped_column(LargeBinary)
    subject: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    wording: Mapped[str | None] = mapped_column(String(80))
    account_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(String(200))
