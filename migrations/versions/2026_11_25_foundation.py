"""Rights of the four roles, month partitions, the event log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_foundation"
down_revision = None
branch_labels = None
depends_on = None

_PARTITIONS = """
CREATE FUNCTION ensure_month_partitions(months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  parent record;
  first date;
  made integer := 0;
  part text;
BEGIN
  FOR parent IN SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' LOOP
    FOR step IN -1..months LOOP
      first := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => step);
      part := parent.relname || '_p' || to_char(first, 'YYYYMM');
      IF to_regclass('public.' || quote_ident(part)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part,
          parent.relname, first::timestamp AT TIME ZONE 'UTC',
          (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        made := made + 1;
      END IF;
    END LOOP;
  END LOOP;
  RETURN made;
END $$
"""

_RIGHTS = """
GRANT USAGE ON SCHEMA public TO hotline_app, hotline_read, hotline_audit;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hotline_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO hotline_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO hotline_read;
REVOKE ALL ON FUNCTION ensure_month_partitions(integer) FROM public;
GRANT EXECUTE ON FUNCTION ensure_month_partitions(integer) TO hotline_app
"""


def upgrade() -> None:
    op.execute(_PARTITIONS)
    for statement in _RIGHTS.split(";"):
        op.execute(statement)
    op.create_table(
        "event",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.BigInteger()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("audience", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", "created_at", name="pk_event"),
        postgresql_partition_by="RANGE (created_at)",
    )
    unnumbered = sa.text("seq IS NULL")
    op.create_index(
        "ix_event_unnumbered", "event", ["created_at", "id"], postgresql_where=unnumbered
    )
    op.create_index("ix_event_seq", "event", ["seq"])
    op.create_index("ix_event_subject", "event", ["subject_type", "subject_id"])
    op.create_table(
        "event_position",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_position"),
        sa.CheckConstraint("id = 1", name="ck_event_position_single"),
    )
    op.execute("INSERT INTO event_position VALUES (1, 0, gen_random_uuid())")


def downgrade() -> None:
    op.drop_table("event_position")
    op.drop_table("event")
    op.execute("DROP FUNCTION ensure_month_partitions(integer)")
