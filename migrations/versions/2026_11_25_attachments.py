"""Files that belong to a matter."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_attachments"
down_revision = "20261125_outgoing_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.UUID(), sa.ForeignKey("account.id"), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("subject", "media_type", "extension", "verdict")
        ),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("name_sealed", "digest")),
    )
    op.create_index("ix_attachment_subject", "attachment", ["subject", "id"])


def downgrade() -> None:
    op.drop_table("attachment")
