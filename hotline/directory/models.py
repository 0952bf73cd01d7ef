"""Rows of the directory. `position` keeps the order of the files; `key` is the id in the files."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record


class DirectoryEntry(Record, Base):
    """An entry (事项). `districts` empty: the whole city; `organization_id` null: vendors do it.

    `hours` null: those of the organization. `number` is that of its newest version. By `verify_by`
    somebody says again that it is true; after `expires_on` it is withdrawn by itself.
    """

    __tablename__ = "directory_entry"
    __table_args__ = (
        UniqueConstraint("city_id", "key"),
        CheckConstraint(
            "kind IN ('government', 'assistance', 'complaint', 'convenience')", name="kind"
        ),
        CheckConstraint("handoff IN ('answer', 'transfer', 'ticket', 'dispatch')", name="handoff"),
        CheckConstraint("status IN ('published', 'withdrawn')", name="status"),
        CheckConstraint("char_length(summary) <= 80", name="summary"),
        Index("ix_directory_entry_position", "city_id", "position"),
        Index("ix_directory_entry_verify_by", "verify_by"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    key: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    category: Mapped[str]
    name: Mapped[str]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    tier: Mapped[str]
    districts: Mapped[list[Any]]
    summary: Mapped[str]
    details: Mapped[str]
    procedure: Mapped[list[Any]]
    documents: Mapped[list[Any]]
    fee: Mapped[str]
    time_limit: Mapped[str]
    channels: Mapped[list[Any]]
    forms: Mapped[list[Any]]
    audience: Mapped[list[Any]]
    keywords: Mapped[list[Any]]
    urgency: Mapped[str]
    handoff: Mapped[str]
    updated_on: Mapped[date]
    hours: Mapped[str | None]
    contacts: Mapped[list[Any]] = mapped_column(default=list)
    places: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(default="published")
    number: Mapped[int] = mapped_column(default=0)
    verified_on: Mapped[date | None]
    verify_by: Mapped[date | None]
    expires_on: Mapped[date | None]


class EntryVersion(Base):
    """What an entry said from `published_at` until its next version; only ever added to.

    `content` is the line of the directory's file; `source` is how it came to be.
    """

    __tablename__ = "entry_version"
    __table_args__ = (
        CheckConstraint("source IN ('import', 'edit', 'withdraw', 'expire')", name="source"),
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entry.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class EntryPhrase(Base):
    """How residents say it: an alias of an entry."""

    __tablename__ = "entry_phrase"

    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("directory_entry.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(index=True)


class EntryForm(Record, Base):
    """The file of one line of an entry's `forms`. `number` null: it waits in its draft.

    `draft_id` null: it came with the city, and nobody drafted it.

    Versions of a name are numbered from 1; the newest is the one that is handed out, and only
    while the entry lists its name.
    """

    __tablename__ = "entry_form"
    __table_args__ = (
        UniqueConstraint("city_id", "entry_key", "name", "number"),
        CheckConstraint("(number IS NULL) = (published_at IS NULL)", name="published"),
        CheckConstraint("number IS NOT NULL OR draft_id IS NOT NULL", name="drafted"),
        Index("ix_entry_form_draft_id", "draft_id"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    entry_key: Mapped[str]
    name: Mapped[str]
    number: Mapped[int | None]
    draft_id: Mapped[UUID | None] = mapped_column(ForeignKey("entry_draft.id"))
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachment.id"))
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]


class Vendor(Record, Base):
    """Who is sent to a home. `documents` are the vetting's papers with their last days.

    `status` is as the files say; `silenced_at` is a ban that no import lifts.
    """

    __tablename__ = "vendor"
    __table_args__ = (
        UniqueConstraint("city_id", "key"),
        CheckConstraint("status IN ('active', 'probation', 'suspended')", name="status"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    key: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    category: Mapped[str]
    districts: Mapped[list[Any]]
    phone: Mapped[str]
    contact: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    hours: Mapped[str]
    capacity: Mapped[int]
    grade: Mapped[str]
    rating: Mapped[float]
    price_list: Mapped[list[Any]]
    vetting: Mapped[list[Any]]
    deposit: Mapped[int]
    status: Mapped[str]
    joined_on: Mapped[date]
    silenced_at: Mapped[datetime | None]

    @property
    def standing(self) -> str:
        """The status that counts."""
        return "suspended" if self.silenced_at else self.status


class VendorService(Base):
    """Which entries a vendor serves."""

    __tablename__ = "vendor_service"

    vendor_id: Mapped[UUID] = mapped_column(
        ForeignKey("vendor.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("directory_entry.id"), index=True)


class Subject(Record, Base):
    """A class of the three-level taxonomy of requests (诉求分类)."""

    __tablename__ = "subject"
    __table_args__ = (
        UniqueConstraint("city_id", "code"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    code: Mapped[str]
    position: Mapped[int]
    level: Mapped[int]
    parent_code: Mapped[str | None]
    name: Mapped[str]
    examples: Mapped[list[Any]]
    default_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    sla_working_days: Mapped[int]


class ShortCode(Record, Base):
    """A short number that anyone may dial, and what it is for."""

    __tablename__ = "short_code"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    number: Mapped[str]
    position: Mapped[int]
    name: Mapped[str]
    handles: Mapped[str]
    is_emergency: Mapped[bool]
    is_merged: Mapped[bool]


class Place(Record, Base):
    """A name on the map, by which the district of an address is found."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("city_id", "district", "name"),)

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    position: Mapped[int]
    name: Mapped[str]
    aliases: Mapped[list[Any]]
    kind: Mapped[str]
    district: Mapped[str]
    parent: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]


class DistrictOffice(Record, Base):
    """Who does the work of a city organization in one district."""

    __tablename__ = "district_office"
    __table_args__ = (UniqueConstraint("organization_id", "district"),)

    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    position: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    district: Mapped[str]
    office_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
