"""Text messages that come in."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_messages"
down_revision = "20261125_query_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider_sid", sa.String(128), nullable=False),
        sa.Column("organization_id", sa.UUID(), nullable=False),
        sa.Column("city_id", sa.UUID(), nullable=False),
        sa.Column("to_number", sa.Text(), nullable=False),
        sa.Column("from_masked", sa.Text(), nullable=False),
        sa.Column("from_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("from_blind", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("provider_sid", name="uq_message_provider_sid"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name="fk_message_organization_id_organization",
        ),
        sa.ForeignKeyConstraint(
            ["city_id"], ["organization.id"], name="fk_message_city_id_organization"
        ),
    )
    op.create_index("ix_message_city_id", "message", ["city_id"])
    op.create_index("ix_message_from_blind", "message", ["from_blind"])


def downgrade() -> None:
    op.drop_table("message")
