"""Tries of query codes, counted by ticket and day."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_query_codes"
down_revision = "20261125_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_code_try",
        sa.Column("ticket_id", sa.UUID(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "on_day", name="pk_ticket_code_try"),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name="fk_ticket_code_try_ticket_id_ticket"
        ),
    )


def downgrade() -> None:
    op.drop_table("ticket_code_try")
