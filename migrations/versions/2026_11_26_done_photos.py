"""Photos of finished work: how many there are, and whether one is owed."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_done_photos"
down_revision = "20261126_consent_book"
branch_labels = None
depends_on = None

_STATES = "done_photo IN ('unasked', 'given', 'owed', 'excused')"


def upgrade() -> None:
    op.add_column(
        "work_order", sa.Column("photo_count", sa.Integer, nullable=False, server_default="0")
    )
    op.add_column(
        "work_order", sa.Column("done_photo", sa.Text, nullable=False, server_default="unasked")
    )
    op.create_check_constraint("done_photo", "work_order", _STATES)
    op.create_index(
        "ix_work_order_owing", "work_order", ["district_id", "id"],
        postgresql_where="done_photo = 'owed'",
    )  # fmt: skip


def downgrade() -> None:
    op.drop_column("work_order", "done_photo")
    op.drop_column("work_order", "photo_count")
