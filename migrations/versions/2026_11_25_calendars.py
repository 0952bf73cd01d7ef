"""Imported holiday notices, tiers' own days, office hours and limits; only ever added to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_calendars"
down_revision = "20261125_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holiday_notice",
        *_record(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.Column("days", postgresql.JSONB(), nullable=False),
    )
    op.create_table(
        "tier_terms",
        *_record(),
        sa.Column("limits", postgresql.JSONB(), nullable=False),
        sa.Column("office", postgresql.JSONB(), nullable=False),
    )
    for table in ("holiday_notice", "tier_terms"):
        op.create_index(f"ix_{table}_organization", table, ["organization_id", "id"])
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM hotline_app")


def downgrade() -> None:
    op.drop_table("tier_terms")
    op.drop_table("holiday_notice")


def _record() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("set_by_id", sa.UUID(), sa.ForeignKey("account.id"), nullable=True),
    )
