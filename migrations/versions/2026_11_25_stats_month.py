"""Roll-ups by month, for spans of years; everything is counted anew."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_stats_month"
down_revision = "20261125_content_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stat_month",
        sa.Column("scope_id", sa.UUID(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope_id", "measure", "dimension", "month", "member", name="pk_stat_month"
        ),
    )
    # A cursor of another log makes whoever counts next begin from nothing.
    op.execute("UPDATE stat_cursor SET epoch = gen_random_uuid() WHERE epoch IS NOT NULL")


def downgrade() -> None:
    op.drop_table("stat_month")
