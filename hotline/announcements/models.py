"""Announcements."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class Moment(StrEnum):
    """When callers hear it: after the greeting, with an entry that it is about, or not at all."""

    GREETING = "greeting"
    MATCH = "match"
    SILENT = "silent"


class Announcement(Record, Base):
    """`spoken` is what callers hear, `details` what is read on the portal.

    `district_id` null: the whole city. `families` are the services that it is about.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("spoken_at IN ('greeting', 'match', 'silent')", name="spoken_at"),
        CheckConstraint("char_length(spoken) <= 80", name="spoken_length"),
        CheckConstraint("starts_at < ends_at", name="span"),
        Index("ix_announcement_city_id", "city_id", "ends_at"),
        Index("ix_announcement_organization_id", "organization_id", "id"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    title: Mapped[str]
    spoken: Mapped[str]
    details: Mapped[str] = mapped_column(default="")
    spoken_at: Mapped[str] = mapped_column(String(16), default=Moment.MATCH)
    entry_keys: Mapped[list[Any]] = mapped_column(default=list)
    families: Mapped[list[Any]] = mapped_column(default=list)
    is_on_portal: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
