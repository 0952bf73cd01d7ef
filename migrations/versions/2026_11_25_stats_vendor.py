"""The vendor of a ticket in the statistics; everything is counted anew by it."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_stats_vendor"
down_revision = "20261125_ticket_desk"
branch_labels = None
depends_on = None

_DAYS = ("dispatched_on", "told_on")


def upgrade() -> None:
    op.add_column("stat_ticket", sa.Column("vendor_id", sa.UUID()))
    for name in _DAYS:
        op.create_index(f"ix_stat_ticket_{name}", "stat_ticket", [name])
    # A cursor of another log makes whoever counts next begin from nothing.
    op.execute("UPDATE stat_cursor SET epoch = gen_random_uuid() WHERE epoch IS NOT NULL")


def downgrade() -> None:
    for name in _DAYS:
        op.drop_index(f"ix_stat_ticket_{name}", "stat_ticket")
    op.drop_column("stat_ticket", "vendor_id")
