"""Durable jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_jobs"
down_revision = "20261125_carrier"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_OPEN = sa.text("done_at IS NULL AND parked_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.Text()),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("run_at", _MOMENT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.Column("done_at", _MOMENT),
        sa.Column("parked_at", _MOMENT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index(
        "uq_job_kind_dedupe", "job", ["kind", "dedupe"], unique=True, postgresql_where=_OPEN
    )
    op.create_index("ix_job_due", "job", ["run_at", "id"], postgresql_where=_OPEN)
    op.create_index(
        "ix_job_parked", "job", ["parked_at"], postgresql_where=sa.text("parked_at IS NOT NULL")
    )
    op.create_index(
        "ix_job_done", "job", ["done_at"], postgresql_where=sa.text("done_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_table("job")
