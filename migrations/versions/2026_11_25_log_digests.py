"""Seals over the log of tickets."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_log_digests"
down_revision = "20261125_recordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_digest",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("city_id", "month"),
    )


def downgrade() -> None:
    op.drop_table("log_digest")
