"""Reports of troubles, the incidents that they became, and who wants to know how they end."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7


class IncidentStatus(StrEnum):
    """Proposed by the count, spoken by a supervisor's word, over, or none at all."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Means(StrEnum):
    """How a follower was told the end: by text message, on their own ticket, or by a ticket to
    call them back."""

    MESSAGE = "message"
    TICKET = "ticket"
    CALL_BACK = "call_back"


_OPEN = "status IN ('proposed', 'active')"


class Incident(Record, Base):
    """Many calls, one cause. `area` is spoken of; `district_id` decides who hears of it.

    `families` are the services that it is about, by the key that the versions of all districts
    share; `entry_keys` the entries by which people see and change them. `ended_at` is when it was
    closed or dismissed; a dismissed one is not proposed again before `quiet_until`.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("status IN ('proposed', 'active', 'closed', 'dismissed')", name="status"),
        CheckConstraint("kind IN ('outage', 'group')", name="kind"),
        CheckConstraint("status <> 'active' OR announcement IS NOT NULL", name="announcement"),
        CheckConstraint("char_length(announcement) <= 80", name="announcement_length"),
        Index("ix_incident_open", "city_id", postgresql_where=_OPEN),
        Index("ix_incident_city_id", "city_id", "id"),
        Index("ix_incident_district_id", "district_id", "id"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default=IncidentStatus.PROPOSED)
    title: Mapped[str]
    area: Mapped[str]
    announcement: Mapped[str | None]
    entry_keys: Mapped[list[Any]] = mapped_column(default=list)
    families: Mapped[list[Any]] = mapped_column(default=list)
    subject_code: Mapped[str | None]
    began_at: Mapped[datetime]
    expected_end: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    quiet_until: Mapped[datetime | None]
    closing_message: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class IncidentReport(Base):
    """One caller's telling, once for each call or ticket; `caller_blind` tells callers apart."""

    __tablename__ = "incident_report"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        UniqueConstraint("call_id", "family"),
        Index("ix_incident_report_city_id_at", "city_id", "at"),
        Index(
            "ix_incident_report_incident_id",
            "incident_id",
            postgresql_where="incident_id IS NOT NULL",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime]
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    entry_key: Mapped[str | None]
    family: Mapped[str | None]
    subject_code: Mapped[str | None]
    places: Mapped[list[Any]] = mapped_column(default=list)
    caller_blind: Mapped[bytes] = mapped_column(LargeBinary)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incident.id"))


class IncidentFollower(Record, Base):
    """Somebody to be told how it ends: who reported it, and who pressed 1. Once per number."""

    __tablename__ = "incident_follower"
    __table_args__ = (
        UniqueConstraint("incident_id", "number_blind"),
        CheckConstraint(
            "means IS NULL OR means IN ('message', 'ticket', 'call_back')", name="means"
        ),
    )

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incident.id"))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    number_blind: Mapped[bytes] = mapped_column(LargeBinary)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    told_at: Mapped[datetime | None]
    means: Mapped[str | None] = mapped_column(String(16))


class IncidentRules(Base):
    """An organization's own numbers for detection; the newest counts, for all below it."""

    __tablename__ = "incident_rules"
    __table_args__ = (Index("ix_incident_rules_organization_id", "organization_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    rules: Mapped[list[Any]]
