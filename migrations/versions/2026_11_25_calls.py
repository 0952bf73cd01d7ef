"""Calls, turns and webhook receipts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_calls"
down_revision = "20261125_tickets"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_BY_MONTH = "RANGE (created_at)"


def upgrade() -> None:
    _create_call()
    _create_turn()
    _create_webhook_receipt()


def downgrade() -> None:
    for table in ("webhook_receipt", "turn", "call"):
        op.drop_table(table)


def _create_call() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("provider_sid", sa.String(128), nullable=False),
        sa.Column("organization_id", sa.UUID(), nullable=False),
        sa.Column("city_id", sa.UUID(), nullable=False),
        sa.Column("district_id", sa.UUID()),
        sa.Column("district", sa.Text()),
        sa.Column("to_number", sa.Text(), nullable=False),
        sa.Column("from_masked", sa.Text(), nullable=False),
        sa.Column("from_sealed", sa.LargeBinary()),
        sa.Column("from_blind", sa.LargeBinary()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("emergency", sa.Text()),
        sa.Column("queue", sa.Text()),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("talk", sa.LargeBinary()),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("candidates", postgresql.JSONB(), nullable=False),
        sa.Column("ticket_ids", postgresql.JSONB(), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("queued_at", _MOMENT),
        sa.Column("answered_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.UniqueConstraint("provider_sid", name="uq_call_provider_sid"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name="fk_call_organization_id_organization"
        ),
        sa.ForeignKeyConstraint(
            ["city_id"], ["organization.id"], name="fk_call_city_id_organization"
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["organization.id"], name="fk_call_district_id_organization"
        ),
        sa.CheckConstraint(
            "status IN ('conversing', 'waiting', 'talking', 'ended')", name="ck_call_status"
        ),
    )
    live = sa.text("status <> 'ended'")
    op.create_index("ix_call_live", "call", ["city_id", "started_at"], postgresql_where=live)
    op.create_index("ix_call_city_id_started_at", "call", ["city_id", "started_at"])
    op.create_index("ix_call_from_blind", "call", ["from_blind"])


def _create_turn() -> None:
    op.create_table(
        "turn",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("call_id", sa.UUID(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Text()),
        sa.Column("heard_sealed", sa.LargeBinary()),
        sa.Column("digits", sa.Text()),
        sa.Column("hearing_confidence", sa.Float()),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text()),
        sa.Column("results", postgresql.JSONB(), nullable=False),
        sa.Column("matched_ms", sa.Float()),
        sa.PrimaryKeyConstraint("id", "created_at", name="pk_turn"),
        postgresql_partition_by=_BY_MONTH,
    )
    op.create_index("ix_turn_call_id", "turn", ["call_id", "number"])


def _create_webhook_receipt() -> None:
    op.create_table(
        "webhook_receipt",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("call_id", sa.UUID()),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "created_at", name="pk_webhook_receipt"),
        postgresql_partition_by=_BY_MONTH,
    )
    op.create_index("ix_webhook_receipt_key", "webhook_receipt", ["key"])
