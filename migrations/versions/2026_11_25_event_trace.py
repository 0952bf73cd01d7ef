"""An event may carry the trace of what wrote it."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_event_trace"
down_revision = "20261125_password_renewal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("trace", sa.String(64)))


def downgrade() -> None:
    op.drop_column("event", "trace")
