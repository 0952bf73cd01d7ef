"""Lists narrowed to what is rare, or to days long past, are read from indexes of their own."""

from alembic import op

revision = "20261126_ticket_filters"
down_revision = "20261126_unknown_messages"
branch_labels = None
depends_on = None

_RARE = {
    "ix_ticket_urgent": "urgency <> 'normal'",
    "ix_ticket_supervised": "supervision_level > 0",
    "ix_ticket_confidential": "confidential",
    "ix_ticket_late": "rung IS NOT NULL",
}


def upgrade() -> None:
    """While everybody works on. One that was cut off left an index that answers nothing."""
    with op.get_context().autocommit_block():
        _drop()
        op.create_index(
            "ix_ticket_created", "ticket", ["created_at", "id"], postgresql_concurrently=True
        )
        for name, holds in _RARE.items():
            op.create_index(
                name, "ticket", ["id"], postgresql_concurrently=True, postgresql_where=holds
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _drop()


def _drop() -> None:
    for name in ("ix_ticket_created", *_RARE):
        op.drop_index(name, "ticket", postgresql_concurrently=True, if_exists=True)
