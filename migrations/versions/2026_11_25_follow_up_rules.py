"""The terms of an organization for follow-up calls by robot."""

import sqlalchemy as sa
from alembic import op

revision = "20261125_follow_up_rules"
down_revision = "20261125_proxy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up_rules",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_reference("organization_id", "organization", nullable=False),
        *_reference("set_by_id", "account", nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("first_after_minutes", sa.Integer(), nullable=False),
        sa.Column("again_after_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up_rules"),
    )
    columns = ["organization_id", "id"]
    op.create_index("ix_follow_up_rules_organization_id", "follow_up_rules", columns)


def downgrade() -> None:
    op.drop_table("follow_up_rules")


def _reference(
    column: str, other: str, *, nullable: bool
) -> list[sa.Column[object] | sa.Constraint]:
    name = f"fk_follow_up_rules_{column}_{other}"
    return [
        sa.Column(column, sa.UUID(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name),
    ]
