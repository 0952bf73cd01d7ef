"""Words that agents insert by a key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261125_canned_texts"
down_revision = "20261125_incident_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "canned_text",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organization_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("key", sa.String(20), nullable=False),
        sa.Column("slot", sa.Integer()),
        sa.Column("label_zh", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("uses", JSONB(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("subject_code", sa.Text()),
        sa.Column("urgency", sa.Text()),
        sa.Column("author_id", sa.UUID(), sa.ForeignKey("account.id")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("organization_id", "key"),
        sa.UniqueConstraint("organization_id", "slot"),
        sa.CheckConstraint("slot BETWEEN 1 AND 9", name="slot"),
        sa.CheckConstraint("char_length(text) <= 1000", name="text_length"),
    )


def downgrade() -> None:
    op.drop_table("canned_text")
