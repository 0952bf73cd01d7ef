"""Rows of vendors' standing: each month's marks, and what vendors object to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7
from hotline.dispatch.standing import Grade


class AppealSubject(StrEnum):
    """What a vendor may object to."""

    STANDING = "standing"  # 当月等级或警示
    BAR = "bar"  # 暂停或列入黑名单
    ENTRY = "entry"  # 账目，如违约金
    OFFER = "offer"  # 派单决定


class AppealState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class VendorStanding(Base):
    """A vendor's grade for one month; `counts` are what it was reckoned from, by mark."""

    __tablename__ = "vendor_standing"
    __table_args__ = (
        CheckConstraint(_one_of("grade", Grade), name="grade"),
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        UniqueConstraint("vendor_id", "month"),
        Index("ix_vendor_standing_city", "city_id", "month"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    month: Mapped[date]
    grade: Mapped[str]
    score: Mapped[float]
    satisfaction: Mapped[float]
    is_warned: Mapped[bool]
    counts: Mapped[dict[str, Any]]


class VendorAppeal(Record, Base):
    """An objection, once for each subject; decided by somebody else than who decided before."""

    __tablename__ = "vendor_appeal"
    __table_args__ = (
        CheckConstraint(_one_of("subject", AppealSubject), name="subject"),
        CheckConstraint(_one_of("state", AppealState), name="state"),
        CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (state = 'open' OR answer IS NOT NULL)",
            name="decided",
        ),
        UniqueConstraint("subject", "subject_id"),
        Index("ix_vendor_appeal_vendor", "vendor_id", "id"),
        Index("ix_vendor_appeal_open", "city_id", "id", postgresql_where="state = 'open'"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    words: Mapped[str]
    state: Mapped[str] = mapped_column(default=AppealState.OPEN)
    answer: Mapped[str | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
