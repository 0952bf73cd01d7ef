"""The desk: views, watchers, inbox, viewers; tickets that went to another hotline."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261125_ticket_desk"
down_revision = "20261125_vendor_people"
branch_labels = None
depends_on = None

_BEFORE = (
    "draft", "registered", "not_accepted", "emergency", "direct", "to_dispatch", "to_sign",
    "return_requested", "in_progress", "suspended", "replied", "to_visit", "closed", "redo",
    "merged", "cancelled", "invalid", "archived",
)  # fmt: skip


def upgrade() -> None:
    _allow((*_BEFORE, "referred"))
    op.add_column("ticket", sa.Column("referred_to", sa.Text(), nullable=True))
    op.add_column("ticket", sa.Column("referral_number", sa.Text(), nullable=True))
    op.create_index(
        "ix_ticket_open_due",
        "ticket",
        ["due_at", "id"],
        postgresql_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
    )
    _create_view()
    _create_watcher()
    _create_inbox()
    _create_viewer()


def downgrade() -> None:
    for table in ("ticket_viewer", "inbox_item", "ticket_watcher", "ticket_view"):
        op.drop_table(table)
    op.drop_index("ix_ticket_open_due", table_name="ticket")
    op.drop_column("ticket", "referral_number")
    op.drop_column("ticket", "referred_to")
    _allow(_BEFORE)


def _allow(statuses: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_ticket_status"), "ticket", type_="check")
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.create_check_constraint("status", "ticket", f"status IN ({listed})")


def _create_view() -> None:
    op.create_table(
        "ticket_view",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_reference("ticket_view", "organization_id", "organization"),
        *_reference("ticket_view", "account_id", "account", nullable=True),
        *_reference("ticket_view", "made_by_id", "account"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_view"),
    )
    for column in ("organization_id", "account_id"):
        op.create_index(f"ix_ticket_view_{column}", "ticket_view", [column])


def _create_watcher() -> None:
    op.create_table(
        "ticket_watcher",
        *_reference("ticket_watcher", "ticket_id", "ticket"),
        *_reference("ticket_watcher", "account_id", "account"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "account_id", name="pk_ticket_watcher"),
    )
    op.create_index("ix_ticket_watcher_account_id", "ticket_watcher", ["account_id"])


def _create_inbox() -> None:
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_reference("inbox_item", "account_id", "account"),
        *_reference("inbox_item", "ticket_id", "ticket"),
        *_reference("inbox_item", "history_id", "ticket_history"),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("why IN ('mentioned', 'watched')", name="why"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
    )
    op.create_index("ix_inbox_item_account_id", "inbox_item", ["account_id", "id"])
    op.create_index(
        "uq_inbox_item_unread",
        "inbox_item",
        ["account_id", "ticket_id"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL AND why = 'watched'"),
    )


def _create_viewer() -> None:
    op.create_table(
        "ticket_viewer",
        *_reference("ticket_viewer", "ticket_id", "ticket"),
        *_reference("ticket_viewer", "account_id", "account"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_writing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "account_id", name="pk_ticket_viewer"),
    )


def _reference(
    table: str, column: str, other: str, *, nullable: bool = False
) -> list[sa.Column[object] | sa.Constraint]:
    name = f"fk_{table}_{column}_{other}"
    return [
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    ]
