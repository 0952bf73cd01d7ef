"""Files of forms that departments hand out with their entries."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_entry_forms"
down_revision = "20261125_subscriptions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_form",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_reference("city_id", "organization", nullable=False),
        sa.Column("entry_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        *_reference("draft_id", "entry_draft", nullable=False),
        *_reference("attachment_id", "attachment", nullable=False),
        *_reference("added_by_id", "account", nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(number IS NULL) = (published_at IS NULL)", name="published"),
        sa.PrimaryKeyConstraint("id", name="pk_entry_form"),
        sa.UniqueConstraint("city_id", "entry_key", "name", "number"),
    )
    op.create_index("ix_entry_form_draft_id", "entry_form", ["draft_id"])


def downgrade() -> None:
    op.drop_table("entry_form")


def _reference(
    column: str, other: str, *, nullable: bool
) -> tuple[sa.Column[object], sa.Constraint]:
    name = f"fk_entry_form_{column}_{other}"
    return (
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    )
