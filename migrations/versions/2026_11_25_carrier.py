"""The carrier's own schema: resources, acts, owed callbacks."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_carrier"
down_revision = "20261125_calls"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE SCHEMA carrier")
    op.execute("GRANT USAGE ON SCHEMA carrier TO hotline_app")
    op.create_table(
        "resource",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made", _MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("changed", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "sid", name="pk_resource"),
        schema="carrier",
    )
    op.create_table(
        "act",
        sa.Column("call_sid", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made", _MOMENT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", "seq", name="pk_act"),
        schema="carrier",
    )
    op.create_table(
        "owed_callback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made", _MOMENT, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owed_callback"),
        schema="carrier",
    )
    for table in ("resource", "act", "owed_callback"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON carrier.{table} TO hotline_app")


def downgrade() -> None:
    for table in ("owed_callback", "act", "resource"):
        op.drop_table(table, schema="carrier")
    op.execute("DROP SCHEMA carrier")
