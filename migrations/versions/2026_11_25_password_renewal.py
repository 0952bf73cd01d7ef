"""When a password was set, and the hashes of those before it."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_password_renewal"
down_revision = "20261125_retention"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("account", sa.Column("password_set_at", _MOMENT))
    # Nobody's password is over on the day on which this is asked for first.
    op.execute("UPDATE account SET password_set_at = now()")
    op.create_table(
        "past_password",
        sa.Column("id", sa.UUID(), primary_key=True),
        sa.Column("account_id", sa.UUID(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
    )
    op.create_index("ix_past_password_account_id", "past_password", ["account_id"])


def downgrade() -> None:
    op.drop_table("past_password")
    op.drop_column("account", "password_set_at")
