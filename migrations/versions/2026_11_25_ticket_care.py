"""What the hotline does with tickets by itself; reveals, unsealings, links."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_ticket_care"
down_revision = "20261125_incidents"
branch_labels = None
depends_on = None

_LEVELS = ("unit_level", "agent_level")


def upgrade() -> None:
    _widen_ticket()
    _widen_visit()
    _create_reveal()
    _create_unsealing()
    _create_link()


def downgrade() -> None:
    for table in ("link", "unsealing", "reveal"):
        op.drop_table(f"ticket_{table}")
    for name in (*_LEVELS, "channel"):
        op.drop_column("ticket_visit", name)
    op.drop_index("ix_ticket_subject", "ticket")
    op.drop_index("ix_ticket_custody_district", "ticket")
    op.drop_index("ix_ticket_entry", "ticket")
    op.drop_index("ix_ticket_wake", "ticket")
    for name in (
        "clock_started_at", "wake_at", "rung", "supervision_level", "urge_count", "erased_at",
        "repeat_of_id", "redacted_at", "redacted_by_id",
    ):  # fmt: skip
        op.drop_column("ticket", name)


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _count(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _record() -> Iterable[sa.Column]:
    return (
        sa.Column("id", sa.UUID(), primary_key=True),
        _moment("created_at", nullable=False),
        _moment("updated_at", nullable=False),
    )


def _widen_ticket() -> None:
    for column in (
        _moment("clock_started_at"),
        _moment("wake_at"),
        _text("rung", nullable=True),
        _count("supervision_level"),
        _count("urge_count"),
        _moment("erased_at"),
        _id("repeat_of_id", "ticket", nullable=True),
        _moment("redacted_at"),
        _id("redacted_by_id", "account", nullable=True),
    ):
        op.add_column("ticket", column)
    op.execute("UPDATE ticket SET clock_started_at = dispatched_at WHERE dispatched_at IS NOT NULL")
    # Whatever is under way is looked at once, which finds out when to look again.
    op.execute(
        "UPDATE ticket SET wake_at = now()"
        " WHERE status IN ('to_sign', 'return_requested', 'in_progress', 'suspended', 'closed')"
    )
    op.create_index(
        "ix_ticket_subject",
        "ticket",
        ["subject_code", "created_at"],
        postgresql_where=sa.text("subject_code IS NOT NULL"),
    )
    op.create_index("ix_ticket_custody_district", "ticket", ["custody_id", "district_id", "id"])
    op.create_index(
        "ix_ticket_entry",
        "ticket",
        ["entry_key", "created_at"],
        postgresql_where=sa.text("entry_key IS NOT NULL"),
    )
    op.create_index(
        "ix_ticket_wake", "ticket", ["wake_at"], postgresql_where=sa.text("wake_at IS NOT NULL")
    )


def _widen_visit() -> None:
    for name in _LEVELS:
        op.add_column("ticket_visit", sa.Column(name, sa.Integer(), nullable=True))
        op.create_check_constraint(
            name, "ticket_visit", f"{name} IS NULL OR {name} BETWEEN 1 AND 5"
        )
    op.add_column("ticket_visit", sa.Column("channel", sa.Text(), nullable=True))
    op.execute("UPDATE ticket_visit SET channel = 'person'")
    op.alter_column("ticket_visit", "channel", nullable=False)
    op.create_check_constraint(
        "channel", "ticket_visit", "channel IN ('person', 'robot', 'link', 'portal')"
    )


def _create_reveal() -> None:
    op.create_table(
        "ticket_reveal",
        sa.Column("id", sa.UUID(), primary_key=True),
        _moment("at", nullable=False),
        _id("account_id", "account"),
        _id("ticket_id", "ticket"),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        _text("reason"),
    )
    op.create_index("ix_ticket_reveal_account", "ticket_reveal", ["account_id", "at"])
    op.create_index("ix_ticket_reveal_ticket", "ticket_reveal", ["ticket_id"])


def _create_unsealing() -> None:
    op.create_table(
        "ticket_unsealing",
        *_record(),
        _id("ticket_id", "ticket"),
        _id("asked_by_id", "account"),
        _text("reason"),
        _id("approved_by_id", "account", nullable=True),
        _moment("approved_at"),
        _moment("valid_until"),
    )
    op.create_index("ix_ticket_unsealing_ticket", "ticket_unsealing", ["ticket_id", "id"])


def _create_link() -> None:
    op.create_table(
        "ticket_link",
        *_record(),
        _id("ticket_id", "ticket"),
        _text("purpose"),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _moment("expires_at", nullable=False),
        _moment("used_at"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_ticket_link_ticket_id", "ticket_link", ["ticket_id"])
