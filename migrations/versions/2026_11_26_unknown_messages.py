"""A text message may be in doubt: sent or not, the network has to be asked."""

from alembic import op

revision = "20261126_unknown_messages"
down_revision = "20261126_file_versions"
branch_labels = None
depends_on = None

_BEFORE = "'queued', 'sending', 'sent', 'delivered', 'failed', 'dropped'"
_AFTER = "'queued', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'dropped'"


def upgrade() -> None:
    _restrict(_AFTER)


def downgrade() -> None:
    op.execute(
        "UPDATE outgoing_message SET state = 'failed', ended_at = now() WHERE state = 'unknown'"
    )
    _restrict(_BEFORE)


def _restrict(states: str) -> None:
    op.drop_constraint("state", "outgoing_message", type_="check")
    op.create_check_constraint("state", "outgoing_message", f"state IN ({states})")
