"""Rows of attachments; the content lies in a sealed file of the data directory."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class Attachment(Record, Base):
    """`subject` is `ticket:<id>`; the name that it was given is sealed, people's names stand there.

    `digest` is SHA-256 of what is kept.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject", "id"),)

    subject: Mapped[str]
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name_sealed: Mapped[bytes]
    media_type: Mapped[str]
    extension: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    verdict: Mapped[str]
