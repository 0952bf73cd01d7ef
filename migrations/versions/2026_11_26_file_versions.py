"""Edits of a vendor's file tell which version they were made from."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_file_versions"
down_revision = "20261126_done_photos"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "vendor_file", sa.Column("version", sa.Integer, nullable=False, server_default="1")
    )


def downgrade() -> None:
    op.drop_column("vendor_file", "version")
