"""Text messages, one row each."""

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


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
