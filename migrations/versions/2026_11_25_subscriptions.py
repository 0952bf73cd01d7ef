"""Subscriptions of other systems to events, their deliveries, and every attempt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_subscriptions"
down_revision = "20261125_follow_up_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        *_record(),
        *_reference("subscription", "organization_id", "organization", nullable=False),
        *_reference("subscription", "created_by_id", "account", nullable=True),
        *_texts("name", "url"),
        sa.Column("event_types", postgresql.JSONB(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        *_moments("old_secret_until", "failing_since", "delivered_at", "disabled_at"),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "disabled_reason IS NULL OR disabled_reason IN ('by_hand', 'failing', 'gone')",
            name="disabled_reason",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_organization_id", "subscription", ["organization_id", "id"])
    active = sa.text("disabled_at IS NULL")
    op.create_index("ix_subscription_active", "subscription", ["id"], postgresql_where=active)
    _create_delivery()
    _create_attempt()


def downgrade() -> None:
    for table in ("webhook_attempt", "webhook_delivery", "subscription"):
        op.drop_table(table)


def _create_delivery() -> None:
    op.create_table(
        "webhook_delivery",
        *_record(),
        *_part("webhook_delivery", "subscription_id", "subscription"),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        *_texts("event_type", "body", "state"),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        *_moments("next_at", "ended_at"),
        sa.CheckConstraint("state IN ('pending', 'delivered', 'failed', 'dropped')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.UniqueConstraint("subscription_id", "seq"),
    )
    of_one = ["subscription_id", "id"]
    op.create_index("ix_webhook_delivery_subscription_id", "webhook_delivery", of_one)
    op.create_index("ix_webhook_delivery_created_at", "webhook_delivery", ["created_at"])


def _create_attempt() -> None:
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_part("webhook_attempt", "delivery_id", "webhook_delivery"),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_attempt"),
    )
    op.create_index("ix_webhook_attempt_delivery_id", "webhook_attempt", ["delivery_id", "id"])


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moments(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in names]


def _reference(
    table: str, column: str, other: str, *, nullable: bool
) -> list[sa.Column[object] | sa.Constraint]:
    name = f"fk_{table}_{column}_{other}"
    return [
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    ]


def _part(table: str, column: str, other: str) -> list[sa.Column[object] | sa.Constraint]:
    """What goes with the row that it belongs to."""
    name = f"fk_{table}_{column}_{other}"
    return [
        sa.Column(column, sa.UUID(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE"),
    ]
