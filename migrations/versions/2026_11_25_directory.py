"""The directory: entries, phrases, vendors, subjects, short codes, places, district offices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_directory"
down_revision = "20261125_organizations"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _entries()
    _vendors()
    _references()


def downgrade() -> None:
    for table in (
        "district_office",
        "place",
        "short_code",
        "subject",
        "vendor_service",
        "vendor",
        "entry_phrase",
        "directory_entry",
    ):
        op.drop_table(table)


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    ]


def _text(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _lists(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, postgresql.JSONB(), nullable=False) for name in names]


def _floats(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Float(), nullable=False) for name in names]


def _organization(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.UUID(), sa.ForeignKey("organization.id"), nullable=nullable)


def _part_of(name: str, table: str) -> sa.Column[object]:
    reference = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.UUID(), reference, primary_key=True)


def _place_in_list() -> sa.Column[object]:
    return sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False)


def _entries() -> None:
    kinds = "kind IN ('government', 'assistance', 'complaint', 'convenience')"
    op.create_table(
        "directory_entry",
        *_record(),
        *_text("key", "kind", "category", "name", "tier", "summary", "details"),
        *_text("fee", "time_limit", "urgency", "handoff", "status"),
        *_lists("districts", "procedure", "documents", "channels"),
        *_lists("forms", "audience", "keywords"),
        _organization("organization_id", nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("city_id", "key"),
        sa.CheckConstraint(kinds, name="kind"),
        sa.CheckConstraint(
            "handoff IN ('answer', 'transfer', 'ticket', 'dispatch')", name="handoff"
        ),
        sa.CheckConstraint("status IN ('published', 'withdrawn')", name="status"),
        sa.CheckConstraint("char_length(summary) <= 80", name="summary"),
    )
    op.create_index("ix_directory_entry_position", "directory_entry", ["city_id", "position"])
    op.create_index("ix_directory_entry_organization_id", "directory_entry", ["organization_id"])
    op.create_table(
        "entry_phrase",
        _part_of("entry_id", "directory_entry"),
        _place_in_list(),
        *_text("text"),
    )
    op.create_index("ix_entry_phrase_text", "entry_phrase", ["text"])


def _vendors() -> None:
    op.create_table(
        "vendor",
        *_record(),
        *_text("key", "name", "category", "phone", "contact", "address", "hours"),
        *_text("grade", "status"),
        *_lists("districts", "price_list", "vetting"),
        *_floats("lat", "lon", "rating"),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("deposit", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("city_id", "key"),
        sa.CheckConstraint("status IN ('active', 'probation', 'suspended')", name="status"),
    )
    op.create_table(
        "vendor_service",
        _part_of("vendor_id", "vendor"),
        _place_in_list(),
        sa.Column("entry_id", sa.UUID(), sa.ForeignKey("directory_entry.id"), nullable=False),
    )
    op.create_index("ix_vendor_service_entry_id", "vendor_service", ["entry_id"])


def _references() -> None:
    op.create_table(
        "subject",
        *_record(),
        *_text("code", "name"),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("parent_code", sa.Text()),
        *_lists("examples"),
        _organization("default_organization_id"),
        sa.Column("sla_working_days", sa.Integer(), nullable=False),
        sa.UniqueConstraint("city_id", "code"),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )
    op.create_table(
        "short_code",
        *_record(),
        *_text("number", "name", "handles"),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("is_merged", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("city_id", "number"),
    )
    op.create_table(
        "place",
        *_record(),
        *_text("name", "kind", "district", "parent"),
        *_lists("aliases"),
        *_floats("lat", "lon"),
        sa.UniqueConstraint("city_id", "district", "name"),
    )
    op.create_table(
        "district_office",
        *_record(),
        _organization("organization_id"),
        *_text("district"),
        _organization("office_id"),
        sa.UniqueConstraint("organization_id", "district"),
    )
    op.create_index("ix_district_office_city_id", "district_office", ["city_id"])
