"""Objections to firms on public notice."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_objections"
down_revision = "20261126_dropped_months"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_objection",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_id", sa.UUID(), sa.ForeignKey("vendor_review.id"), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.UUID(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name="state"),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)"
            " AND (state = 'open' OR (answer IS NOT NULL AND phone_sealed IS NULL))",
            name="answered",
        ),
        sa.UniqueConstraint("review_id", "words"),
    )


def downgrade() -> None:
    op.drop_table("vendor_objection")
