"""Rows of residents: wishes by number, and no number."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class Resident(Record, Base):
    """`language` is the skill to be served by; null as everybody is."""

    __tablename__ = "resident"
    __table_args__ = (UniqueConstraint("city_id", "number_blind"),)

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    number_blind: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str | None] = mapped_column(String(16))
    robot_declined_at: Mapped[datetime | None]
