"""Rows of the tree."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record


class Tier(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    UNIT = "unit"


class Level(StrEnum):
    """Of which administration a unit is: `tier` in the directory's files."""

    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"


class OrganizationKind(StrEnum):
    GOVERNMENT = "government"
    UTILITY = "utility"
    PUBLIC_INSTITUTION = "public_institution"
    COMMUNITY = "community"


class Organization(Record, Base):
    """A node. `district` is the Chinese name, null for what serves the whole city.

    `position` keeps the order of the directory's files. `belongs_to_id` is the parent as the city
    lists it, null when it lists none.
    """

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("tier IN ('city', 'district', 'unit')", name="tier"),
        CheckConstraint("level IN ('city', 'district', 'subdistrict')", name="level"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        CheckConstraint("(tier = 'city') = (parent_id IS NULL)", name="root"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    tier: Mapped[str]
    level: Mapped[str]
    district: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    belongs_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str]
    phone: Mapped[str | None]
    hotline: Mapped[str | None]
    address: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    hours: Mapped[str]
    duties: Mapped[str]
    aliases: Mapped[list[Any]] = mapped_column(default=list)
    bounds: Mapped[list[Any] | None]
    entry_suffix: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")
    position: Mapped[int]


class HotlineNumber(Base):
    """A number that people dial, as the telephone network names it, and whose it is."""

    __tablename__ = "hotline_number"

    number: Mapped[str] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Wording(Record, Base):
    """A text that an organization says in its own words; the newest version counts."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("organization_id", "key", "version"),)

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    key: Mapped[str]
    text: Mapped[str]
    version: Mapped[int]
    created_by: Mapped[UUID | None]
