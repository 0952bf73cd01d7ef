"""Text messages that go out."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_outgoing_messages"
down_revision = "20261125_ticket_care"
branch_labels = None
depends_on = None

_STATES = "state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'dropped')"


def upgrade() -> None:
    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.UUID(), primary_key=True),
        *(_moment(name, nullable=False) for name in ("created_at", "updated_at", "send_at")),
        *(_moment(name) for name in ("sent_at", "ended_at")),
        sa.Column("city_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        sa.Column("organization_id", sa.UUID(), sa.ForeignKey("organization.id"), nullable=False),
        *(_text(name) for name in ("subject", "purpose", "template", "to_masked", "state")),
        *(_text(name, nullable=True) for name in ("provider_sid", "error")),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=False)
            for name in ("params_sealed", "to_sealed", "to_blind")
        ),
        sa.CheckConstraint(_STATES, name="state"),
    )
    op.create_index("ix_outgoing_message_subject", "outgoing_message", ["subject", "id"])
    op.create_index("ix_outgoing_message_number", "outgoing_message", ["to_blind", "sent_at"])
    op.create_index(
        "ix_outgoing_message_city", "outgoing_message", ["city_id", "purpose", "sent_at"]
    )


def downgrade() -> None:
    op.drop_table("outgoing_message")


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)
