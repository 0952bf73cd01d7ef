"""Let go of a month of a log that is over; why a consent was taken back; accounts out of use."""

import sqlalchemy as sa
from alembic import op

revision = "20261126_dropped_months"
down_revision = "20261126_used_challenge"
branch_labels = None
depends_on = None

# The owner acts for the service, which owns nothing: so the function itself refuses a month that
# is not over for a week, and whatever is no month of a log.
_DROP = """
CREATE FUNCTION drop_month_partition(part text, before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  leaving record;
BEGIN
  SELECT parent.relname AS parent, (regexp_match(pg_get_expr(month.relpartbound, month.oid),
      'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS over_at INTO leaving
    FROM pg_inherits JOIN pg_class month ON month.oid = inhrelid
    JOIN pg_class parent ON parent.oid = inhparent
    JOIN pg_namespace space ON space.oid = month.relnamespace
    WHERE space.nspname = 'public' AND month.relname = part AND month.relkind = 'r'
      AND parent.relname IN ('event', 'turn', 'webhook_receipt');
  IF leaving.over_at IS NULL OR leaving.over_at > least(before, now() - interval '7 days') THEN
    RETURN false;
  END IF;
  EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', leaving.parent, part);
  EXECUTE format('DROP TABLE %I', part);
  RETURN true;
END $$
"""
_RIGHTS = (
    "REVOKE ALL ON FUNCTION drop_month_partition(text, timestamptz) FROM public",
    "GRANT EXECUTE ON FUNCTION drop_month_partition(text, timestamptz) TO hotline_app",
)


def upgrade() -> None:
    op.execute(_DROP)
    for statement in _RIGHTS:
        op.execute(statement)
    op.add_column("consent_entry", sa.Column("reason", sa.String(200)))
    op.add_column("account", sa.Column("enabled_at", sa.DateTime(timezone=True)))
    op.add_column("account", sa.Column("disabled_why", sa.String(16)))


def downgrade() -> None:
    op.drop_column("account", "disabled_why")
    op.drop_column("account", "enabled_at")
    op.drop_column("consent_entry", "reason")
    op.execute("DROP FUNCTION drop_month_partition(text, timestamptz)")
