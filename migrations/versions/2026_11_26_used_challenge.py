"""Challenges of the portal's forms that were tried, known to all nodes."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_used_challenge"
down_revision = "20261125_event_trace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_challenge",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_used_challenge_at", "used_challenge", ["at"])


def downgrade() -> None:
    op.drop_table("used_challenge")
