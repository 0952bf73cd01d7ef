"""Values of months stand in the index of their key, so that years are read from it alone."""

from alembic import op

revision = "20261126_months_in_index"
down_revision = "20261126_ticket_filters"
branch_labels = None
depends_on = None

_KEY = "scope_id, measure, dimension, month, member"


def upgrade() -> None:
    _change_key("INCLUDE (value)")


def downgrade() -> None:
    _change_key("")


def _change_key(more: str) -> None:
    """The new index is built while everybody works on; the exchange takes a moment."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS stat_month_key")
        op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY stat_month_key ON stat_month ({_KEY}) {more}")
    op.execute(
        "ALTER TABLE stat_month DROP CONSTRAINT pk_stat_month,"
        " ADD CONSTRAINT pk_stat_month PRIMARY KEY USING INDEX stat_month_key"
    )
