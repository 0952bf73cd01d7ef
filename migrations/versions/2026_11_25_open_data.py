"""Keys of other systems, and what came in with them."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "20261125_open_data"
down_revision = "20261125_settlement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        *_record(),
        _id("city_id", "organization"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "contact", "key_tail")),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        _id("created_by_id", "account", nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_index("ix_api_key_city_id", "api_key", ["city_id"])
    op.create_table(
        "georeport_request",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("api_key_id", "api_key"),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("token", "address_id")),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("lat", "lon")),
        sa.UniqueConstraint("ticket_id"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "georeport_update",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("api_key_id", "api_key"),
        sa.Column("foreign_id", sa.Text(), nullable=True),
        _id("history_id", "ticket_history"),
        sa.UniqueConstraint("api_key_id", "foreign_id"),
    )
    op.create_index("ix_georeport_update_ticket", "georeport_update", ["ticket_id", "id"])


def downgrade() -> None:
    for table in ("georeport_update", "georeport_request", "api_key"):
        op.drop_table(table)


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _record() -> Iterable[sa.Column]:
    return (
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
