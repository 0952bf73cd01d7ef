"""Seals over the log of tickets, one a month; challenges that were tried."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, uuid7


class LogDigest(Base):
    """`statement` is what was signed, to the letter; `public_key` is that of the signature."""

    __tablename__ = "log_digest"
    __table_args__ = (UniqueConstraint("city_id", "month"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    month: Mapped[str]
    row_count: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    statement: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)


class UsedChallenge(Base):
    """Whatever node it was shown to, it is good for nothing more; kept while it would be young."""

    __tablename__ = "used_challenge"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
