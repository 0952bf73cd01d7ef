"""Canned texts."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class Use(StrEnum):
    """Where the words may go."""

    DESCRIPTION = "description"
    COMMENT = "comment"
    SMS = "sms"


class CannedText(Record, Base):
    """`key` is what agents type after a slash; `slot` the digit that they press with Alt.

    `kind`, `subject_code` and `urgency` make it a macro: what it sets on a ticket being written.
    """

    __tablename__ = "canned_text"
    __table_args__ = (
        UniqueConstraint("organization_id", "key"),
        UniqueConstraint("organization_id", "slot"),
        CheckConstraint("slot BETWEEN 1 AND 9", name="slot"),
        CheckConstraint("char_length(text) <= 1000", name="text_length"),
    )

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    key: Mapped[str] = mapped_column(String(20))
    slot: Mapped[int | None]
    label_zh: Mapped[str]
    label_en: Mapped[str]
    text: Mapped[str]
    uses: Mapped[list[Any]]
    kind: Mapped[str | None]
    subject_code: Mapped[str | None]
    urgency: Mapped[str | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
