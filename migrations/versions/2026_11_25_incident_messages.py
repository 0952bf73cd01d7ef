"""Followers of an incident are told its end by text message."""

from alembic import op

revision = "20261125_incident_messages"
down_revision = "20261125_stats_month"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow("'message', 'ticket', 'call_back'")


def downgrade() -> None:
    op.execute("UPDATE incident_follower SET means = 'ticket' WHERE means = 'message'")
    _allow("'ticket', 'call_back'")


def _allow(means: str) -> None:
    """The first name of the rule was made twice over from the table's."""
    for name in ("ck_incident_follower_ck_incident_follower_means", "ck_incident_follower_means"):
        op.execute(f"ALTER TABLE incident_follower DROP CONSTRAINT IF EXISTS {name}")
    op.create_check_constraint("means", "incident_follower", f"means IS NULL OR means IN ({means})")
