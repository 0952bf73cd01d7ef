"""Keys of other systems, and what came in with them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class KeyScope(StrEnum):
    """What a key opens."""

    REQUESTS = "requests"
    UPDATES = "updates"


EVERYTHING: Sequence[KeyScope] = tuple(KeyScope)


class ApiKey(Record, Base):
    """Who may write by an open interface. The key itself is told once and stored nowhere.

    `jurisdiction_id` null: the whole city and each of its districts; otherwise that district.
    """

    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("key_hash"),)

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    contact: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    key_tail: Mapped[str]
    scopes: Mapped[list[Any]]
    jurisdiction_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]


class GeoReportRequest(Record, Base):
    """A ticket that another system opened: where it was told to be, and the token, if any."""

    __tablename__ = "georeport_request"
    __table_args__ = (UniqueConstraint("ticket_id"), UniqueConstraint("token"))

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    api_key_id: Mapped[UUID] = mapped_column(ForeignKey("api_key.id"))
    token: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    address_id: Mapped[str | None]


class GeoReportUpdate(Record, Base):
    """A remark that another system added; its own number makes a second sending the same one."""

    __tablename__ = "georeport_update"
    __table_args__ = (
        UniqueConstraint("api_key_id", "foreign_id"),
        Index("ix_georeport_update_ticket", "ticket_id", "id"),
    )

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    api_key_id: Mapped[UUID] = mapped_column(ForeignKey("api_key.id"))
    foreign_id: Mapped[str | None]
    history_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_history.id"))
